package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Example;
import io.flexora.api.data.Examples;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with what the harness asked of real rows; needs flexora.reference and flexora.data. */
class RealDataTest {
  private static final String REFERENCE = System.getProperty("flexora.reference", "");
  private static final String DATA = System.getProperty("flexora.data", "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hellaswag",
        "piqa",
        "winogrande",
        "race_middle",
        "race_high",
        "commonsense_qa",
        "boolq",
        "arc_easy",
        "arc_challenge",
        "openbookqa",
        "social_iqa",
        "sciq",
        "sst2"
      })
  void asksTheRealRowsAsTheHarness(String name) throws IOException {
    assumeTrue(!REFERENCE.isEmpty(), "flexora.reference is not set");
    assumeTrue(!DATA.isEmpty(), "flexora.data is not set");
    Path folder = Path.of(DATA, name.equals("commonsense_qa") ? "commonsenseqa" : name);
    Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
    rows.put(Split.TRAIN, rows(folder.resolve("train.jsonl")));
    rows.put(Split.TEST, rows(folder.resolve("validation.jsonl")));
    Examples examples = References.task(name, References.first(0)).examples(rows);
    for (Split split : rows.keySet()) {
      assertThat(examples.of(split)).hasSameSizeAs(rows.get(split));
    }
    JsonNode reference =
        References.JSON.readTree(Path.of(REFERENCE, "lm-eval.json").toFile()).get(name);
    if (reference != null) {
      Example first = examples.of(Split.TEST).get(0);
      References.assertAsked(first, reference.get("first_prompt_and_continuations"));
      reference.get("examples").forEach(e -> assertRight(examples.of(Split.TEST), e));
    }
  }

  /** The harness's acc says whether its likeliest choice is the right one. */
  private static void assertRight(List<Example> examples, JsonNode reference) {
    Example example = examples.get(reference.get("row").asInt());
    JsonNode likelihoods = reference.get("loglikelihoods");
    int best = 0;
    for (int i = 1; i < likelihoods.size(); i++) {
      best = likelihoods.get(i).asDouble() > likelihoods.get(best).asDouble() ? i : best;
    }
    assertThat(best == example.label())
        .as("whether the likeliest choice of %s is right", example.id())
        .isEqualTo(reference.get("acc").asInt() == 1);
  }

  private static List<Row> rows(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String origin = file.getFileName() + ":" + (rows.size() + 1);
      rows.add(References.row(origin, References.JSON.readTree(line)));
    }
    return rows;
  }
}
