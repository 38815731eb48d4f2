package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.cli.output.Palette;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.Provenance.Machine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationTableTest {

  @Test
  void aRunThatComputedInAnotherTypeIsToldOf() {
    assertThat(lines(Optional.of("bf16"), "float32"))
        .endsWith(
            "Model 'main' (adapted layers 1), split test, in float32: 0 examples in 2.0 s (0.0 a"
                + " second)",
            "The run computed in bf16, so its figures differ from these by rounding. To compute as"
                + " it did: --set model.compute_dtype=bf16");
    assertThat(lines(Optional.of("bf16"), "bf16")).noneMatch(line -> line.contains("rounding"));
    assertThat(lines(Optional.empty(), "float32")).noneMatch(line -> line.contains("rounding"));
  }

  private static List<String> lines(Optional<String> trainedIn, String type) {
    MetricValue accuracy = new MetricValue(MetricDescription.fraction("accuracy"), 0.5, 0.1);
    Provenance provenance =
        new Provenance(
            Instant.EPOCH,
            1,
            Map.of(Provenance.COMPUTE_TYPE, type),
            Map.of(),
            Map.of(),
            new Machine("os", "x", "cpu", 2, 0),
            Map.of());
    ScoredModel scored =
        new ScoredModel(
            new EvaluationTarget.Trained(Path.of("run"), "main"),
            Split.TEST,
            List.of(1),
            10,
            new Evaluation(Map.of("accuracy", accuracy), "accuracy", List.of()),
            2,
            provenance,
            trainedIn);
    return EvaluationTable.lines(scored, new Palette(false), Integer.MAX_VALUE);
  }
}
