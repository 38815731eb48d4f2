package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Split;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run keeps to the compute type that it began with, whatever this machine would take now. */
class ComputeTypeTest {

  @TempDir static Path folder;
  private static TinyExperiment tiny;
  private static FlexoraHost host;

  @BeforeAll
  static void start() throws IOException {
    tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static Experiment experiment() {
    return host.experiment(
        tiny.file(),
        List.of(
            "output_dir=" + folder.resolve("runs"),
            "model.compute_dtype=auto",
            "selector=all",
            "baselines={}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16", "float32"})
  void goesOnInTheTypeThatWasDecided(String type) {
    Path run = folder.resolve("begun-" + type);
    RunFolder.prepare(run, experiment().resolved());
    Map<String, Decision> decisions = Map.of("compute_dtype", new Decision(type, "as it was"));
    RunFolder.writeDecisions(run, decisions);
    RunOutcome outcome = host.experimentOf(run).resume(run, RunListener.NONE);
    assertThat(outcome.main().versions()).containsEntry(Provenance.COMPUTE_TYPE, type);
    assertThat(RunFolder.decisions(run)).isEqualTo(decisions);
    requireTypeInConfiguration(run, type + " # auto, as it was");
    for (String asked : List.of(type, "float64")) {
      ScoredModel scored =
          host.experimentOf(
                  run, asked.equals(type) ? List.of() : List.of("model.compute_dtype=" + asked))
              .evaluate(new EvaluationTarget.Trained(run, "main"), Split.TEST, RunListener.NONE);
      assertThat(scored.provenance().versions()).containsEntry(Provenance.COMPUTE_TYPE, asked);
      assertThat(scored.otherComputeType())
          .isEqualTo(asked.equals(type) ? Optional.empty() : Optional.of(type));
      if (asked.equals(type)) {
        assertThat(scored.evaluation().metrics()).isEqualTo(outcome.main().metrics());
      }
    }
  }

  /** The file tells both; another run of it computes in the same type. */
  private static void requireTypeInConfiguration(Path run, String line) {
    Path file = RunFolder.configuration(run);
    assertThat(file).content().contains("compute_dtype: " + line + "\n");
    assertThat(host.experiment(file, List.of()).resolved())
        .contains("compute_dtype: " + line.split(" ", 2)[0] + "\n");
    assertThat(host.experimentOf(run).resolved()).isEqualTo(experiment().resolved());
  }

  @Test
  void goesOnWithARunOfAnEarlierReleaseAsItWas() throws IOException {
    RunOutcome outcome = experiment().run(RunListener.NONE);
    String type = outcome.main().versions().get(Provenance.COMPUTE_TYPE);
    Path run = folder.resolve("earlier");
    // Its cells were made under a configuration that says auto.
    RunFolder.prepare(run, experiment().resolved());
    RunFolder.writeDecisions(
        run, Map.of("compute_dtype", new Decision(type.equals("bf16") ? "float32" : "bf16", "as")));
    try (RunFolder opened = RunFolder.open(run)) {
      var unused = opened.cell("main");
    }
    var unused = host.experimentOf(run).resume(run, RunListener.NONE);
    assertThat(RunFolder.configuration(run)).content().contains("compute_dtype: auto\n");
    assertThat(
            host.experimentOf(run)
                .evaluate(new EvaluationTarget.Trained(run, "main"), Split.TEST, RunListener.NONE)
                .provenance()
                .versions())
        .doesNotContainEntry(Provenance.COMPUTE_TYPE, type);
  }

  @Test
  void recordsWhatIsDecidedAndTellsOfIt() throws IOException {
    List<String> told = new ArrayList<>();
    RunOutcome outcome = experiment().run(Notices.into(told));
    Map<String, Decision> decided = RunFolder.decisions(outcome.folder());
    assertThat(decided).containsOnlyKeys("compute_dtype");
    assertThat(outcome.main().versions())
        .containsEntry(Provenance.COMPUTE_TYPE, decided.get("compute_dtype").value());
    assertThat(told).contains(decided.get("compute_dtype").line("compute_dtype") + ".");
    Decision decision = decided.get("compute_dtype");
    requireTypeInConfiguration(
        outcome.folder(), decision.value() + " # auto, " + decision.reason());
    assertThat(experiment().check(RunListener.NONE).decisions()).isEqualTo(decided);

    Path file = outcome.folder().resolve("decisions.json");
    Files.writeString(file, Files.readString(file).replace("as ", "because "));
    Files.delete(outcome.folder().resolve("result.json"));
    assertThatThrownBy(
            () -> host.experimentOf(outcome.folder()).resume(outcome.folder(), RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(file.toString(), "put it back as it was");
  }
}
