package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.check.CheckReport;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.GenerationRequest;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.EvaluationFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One run of the tiny experiment, looked at from all sides. */
@ExtendWith(OneThread.class)
class EvaluateTest {

  @TempDir static Path folder;
  private static TinyExperiment tiny;
  private static FlexoraHost host;
  private static RunOutcome run;

  @BeforeAll
  static void runOnce() throws IOException {
    tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
    run = experiment().run(RunListener.NONE);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static Experiment experiment() {
    return host.experiment(
        tiny.file(),
        List.of("output_dir=" + folder.resolve("runs"), "model.compute_dtype=float32"));
  }

  private static ScoredModel evaluate(EvaluationTarget subject) {
    return host.experimentOf(run.folder()).evaluate(subject, Split.TEST, RunListener.NONE);
  }

  @Test
  void aTrainedCellScoresAsItDidInItsRun() {
    for (String cell : List.of("main", "all", "random")) {
      ScoredModel scored = evaluate(new EvaluationTarget.Trained(run.folder(), cell));
      assertThat(scored.evaluation().metrics()).isEqualTo(run.cells().get(cell).metrics());
      assertThat(scored.layers()).isEqualTo(run.cells().get(cell).selectedLayers());
    }
  }

  @Test
  void aDamagedResultIsToldOfAndTheCellScoresAllTheSame() throws IOException {
    Path result = run.folder().resolve("result.json");
    String sound = Files.readString(result);
    List<String> told = new ArrayList<>();
    Files.writeString(result, sound.substring(1));
    try {
      ScoredModel scored =
          host.experimentOf(run.folder())
              .evaluate(
                  new EvaluationTarget.Trained(run.folder(), "main"),
                  Split.TEST,
                  Notices.into(told));
      assertThat(scored.evaluation().metrics()).isEqualTo(run.main().metrics());
      assertThat(told).singleElement().asString().contains(result.toString()).hasLineCount(1);
    } finally {
      Files.writeString(result, sound);
    }
  }

  @Test
  void theAdapterOfARunScoresAsItsMainCellDid() {
    ScoredModel scored =
        experiment()
            .evaluate(
                new EvaluationTarget.Adapter(run.folder().resolve("adapter")),
                Split.TEST,
                RunListener.NONE);
    assertThat(scored.evaluation().metrics()).isEqualTo(run.main().metrics());
    assertThat(scored.layers()).isEqualTo(run.main().selectedLayers());
  }

  /** What a machine would train in, where nothing is said, is no matter of its scores. */
  @Test
  void scoresInFloat32WhereNoTypeIsChosen() {
    EvaluationTarget adapter = new EvaluationTarget.Adapter(run.folder().resolve("adapter"));
    for (String type : List.of("auto", "bf16")) {
      ScoredModel scored =
          host.experiment(tiny.file(), List.of("model.compute_dtype=" + type))
              .evaluate(adapter, Split.TEST, RunListener.NONE);
      assertThat(scored.provenance().versions())
          .containsEntry(Provenance.COMPUTE_TYPE, type.equals("auto") ? "float32" : "bf16");
    }
    assertThat(run.main().versions()).containsEntry(Provenance.COMPUTE_TYPE, "float32");
  }

  @Test
  void anotherSplitHasOtherRows() {
    EvaluationTarget main = new EvaluationTarget.Trained(run.folder(), "main");
    Experiment experiment = host.experimentOf(run.folder());
    assertThat(experiment.evaluate(main, Split.TRAIN, RunListener.NONE).evaluation().predictions())
        .hasSize(60);
  }

  @Test
  void aHeadThatNothingHasTrainedIsRefused() {
    assertThatThrownBy(() -> evaluate(new EvaluationTarget.Base()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("a head has to be trained")
        .hasMessageContaining("--adapter");
  }

  @Test
  void aCellThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> evaluate(new EvaluationTarget.Trained(run.folder(), "best")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("has no cell 'best'; it has all, main, random");
  }

  @Test
  void theOutcomeIsWrittenWholeAndOverNothingElse() throws IOException {
    ScoredModel scored = evaluate(new EvaluationTarget.Trained(run.folder(), "main"));
    Path target = folder.resolve("scores/main");
    scored.write(target);
    scored.write(target);
    assertThat(names(target)).containsExactly("predictions.jsonl", "result.json");
    assertThat(Files.readString(target.resolve("result.json")))
        .contains("\"deciding_metric\"", "\"accuracy\"", "\"provenance\"");
    assertThat(EvaluationFolder.read(target)).isEqualTo(scored.result());
    assertThat(Files.readAllLines(target.resolve("predictions.jsonl"))).hasSize(40);
    Files.writeString(target.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> scored.write(target))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("holds notes.txt, which would be lost");
    assertThat(names(target)).hasSize(3);
  }

  @Test
  void anExportGoesOverNothingElse() {
    Path target = folder.resolve("export");
    Experiment experiment = host.experimentOf(run.folder());
    experiment.export(run.folder(), "all", "peft", target);
    experiment.export(run.folder(), "main", "peft", target);
    assertThat(names(target))
        .containsExactly("SHA256SUMS", "adapter_config.json", "adapter_model.safetensors");
    assertThatThrownBy(() -> experiment.export(run.folder(), "main", "peft", folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("which would be lost");
    assertThat(tiny.file()).exists();
  }

  @Test
  void anEncoderGeneratesNoText() {
    GenerationRequest request =
        new GenerationRequest(
            GenerationRequest.turn("Hello", Optional.empty()),
            GenerationRequest.PromptForm.AUTO,
            5,
            0,
            1,
            1);
    EvaluationTarget main = new EvaluationTarget.Trained(run.folder(), "main");
    Experiment experiment = host.experimentOf(run.folder());
    assertThatThrownBy(() -> experiment.generate(main, request, RunListener.NONE, text -> {}))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("model 'encoder' (bert) cannot generate text");
  }

  @Test
  void aCheckDescribesADeviceThatIsNotThere() {
    CheckReport report =
        host.experiment(tiny.file(), List.of("device=gpu")).check(RunListener.NONE);
    assertThat(report.device()).isEqualTo("gpu 0");
    assertThat(report.memory().total()).isPositive();
    if (!report.devicePresent()) {
      Experiment experiment = host.experiment(tiny.file(), List.of("device=gpu"));
      assertThatThrownBy(() -> experiment.run(RunListener.NONE))
          .hasMessageContaining("sees no GPU");
    }
  }

  @Test
  void theCommandPrintsTheMetrics() throws Exception {
    Program.Outcome outcome =
        Program.run(folder, "evaluate", run.folder().toString(), "--split", "validation");
    assertThat(outcome.err()).doesNotContain("error");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .containsSubsequence(
            "METRIC", "accuracy", "loss", "macro_f1", "split validation, in float32: 40");
  }

  private static List<String> names(Path target) {
    try (Stream<Path> files = Files.list(target)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
