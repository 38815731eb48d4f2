package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.cli.output.Palette;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {

  private static final String RESULT =
      """
      {"name": "mine", "baseline": "all", "groups": [{
        "model": "bge", "task": "glosses", "layers": 12, "examples": 1000,
        "metric": {"name": "accuracy"},
        "sentence": "flexora is better; random is not distinguishable.",
        "strategies": [
          {"name": "all", "done": 2, "failed": 0, "mean": 0.7, "standard_deviation": 0.01,
           "trainable_parameters": 96026.0, "seconds": 3.54, "against_baseline": null,
           "sentence": "all is the baseline.",
           "cells": [{"state": "done", "selected_layers": [0, 1, 2]},
                     {"state": "done", "selected_layers": [0, 1, 2]}]},
          {"name": "flexora", "done": 2, "failed": 1, "mean": 0.75, "standard_deviation": null,
           "trainable_parameters": 48000.0, "seconds": 9.0,
           "against_baseline": {"difference": 0.05, "p_adjusted": 0.0002, "verdict": "better",
             "over_seeds": {"interval": [0.03, 0.07]}},
           "cells": [{"state": "done", "selected_layers": [0, 5]},
                     {"state": "done", "selected_layers": [3]},
                     {"state": "failed", "selected_layers": null}]},
          {"name": "none", "done": 0, "failed": 0, "mean": null, "standard_deviation": null,
           "trainable_parameters": null, "seconds": null, "against_baseline": null, "cells": []}
        ]}]}
      """;

  @Test
  void strategiesStandSideBySideWithTheirDifferenceToTheBaseline() throws Exception {
    Map<String, Object> result = new ObjectMapper().readValue(RESULT, new TypeReference<>() {});

    List<String> lines = new ComparisonTable(result).lines(new Palette(false));

    assertThat(lines.stream().map(line -> line.replaceAll(" {2,}", "|")))
        .containsExactly(
            "",
            "glosses on bge, 1,000 test examples, 12 layers",
            "STRATEGY|LAYERS|PARAMETERS|ACCURACY|TO all|P ADJUSTED|VERDICT|SECONDS",
            "all|0-2|96,026|0.7000 " + Sign.plusMinus() + " 0.0100 (2)|3.5",
            "flexora|1 to 2, vary|48,000|0.7500 (2, 1 failed)|+0.0500 [+0.0300, +0.0700]|<0.001"
                + "|better|9.0",
            "none|(0)",
            "flexora is better; random is not distinguishable.",
            "|all is the baseline.");
  }

  @Test
  void nothingIsShownOfAComparisonWithoutGroups() {
    assertThat(new ComparisonTable(Map.of()).lines(new Palette(false))).isEmpty();
  }
}
