package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.report.CellOutcome;
import io.flexora.api.report.CellResult;
import io.flexora.api.report.Provenance;
import io.flexora.api.report.Provenance.Machine;
import io.flexora.api.report.RunResult;
import io.flexora.cli.output.Palette;
import io.flexora.experiment.EvaluationTarget;
import io.flexora.experiment.ScoredModel;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTableTest {

  private static final LocalDateTime BEGAN = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  @TempDir Path runs;

  @Test
  void aRunThatComputedInAnotherTypeIsToldOf() {
    Path run = run("bf16");

    assertThat(lines(new EvaluationTarget.Trained(run, "main"), "float32"))
        .endsWith(
            "Model 'main' (adapted layers 1), split test, in float32: 0 examples in 2.0 s (0.0 a"
                + " second)",
            "The run computed in bf16, so its figures differ from these by rounding. To compute as"
                + " it did: --set model.compute_dtype=bf16");
    assertThat(lines(new EvaluationTarget.Trained(run, "main"), "bf16"))
        .noneMatch(line -> line.contains("rounding"));
    assertThat(lines(new EvaluationTarget.Base(), "float32"))
        .noneMatch(line -> line.contains("rounding"));
  }

  private Path run(String type) {
    CellOutcome cell =
        CellOutcome.failed(1, Map.of(Provenance.COMPUTE_TYPE, type), "its numbers do not matter");
    try (RunFolder run = RunFolder.create(runs, "run-" + type, BEGAN, "seed: 1")) {
      run.writeResult(new RunResult("a", 2, new CellResult("all", cell), Map.of()));
      return run.path();
    }
  }

  private static List<String> lines(EvaluationTarget subject, String type) {
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
            subject,
            Split.TEST,
            List.of(1),
            10,
            new Evaluation(Map.of("accuracy", accuracy), "accuracy", List.of()),
            2,
            provenance);
    return EvaluationTable.lines(scored, new Palette(false), Integer.MAX_VALUE);
  }
}
