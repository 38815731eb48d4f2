package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.TrainingStart;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.check.CheckReport;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Choices from one training of all layers, on the host with its plugins. */
class PruneTrainedRunTest {

  private static final String SPECTRUM =
      "selector={use: prune-trained, parameters: 50%, finish: 2}";

  @TempDir private static Path folder;
  private static FlexoraHost host;

  @BeforeAll
  static void start() throws IOException {
    TinyExperiment.in(folder.resolve("data"));
    host = Program.host(folder);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static Experiment experiment(String name, String... more) {
    List<String> settings =
        new ArrayList<>(List.of("output_dir=" + folder.resolve(name), "baselines={}"));
    settings.addAll(List.of(more));
    return host.experiment(folder.resolve("data/tiny.yaml"), settings);
  }

  /** The training in the search is that of a cell that adapts all layers, bit for bit. */
  @Test
  void whatIsKeptIsWhatAllHasTrained() {
    List<String> told = new ArrayList<>();
    RunOutcome run =
        experiment(
                "all",
                "selector={use: prune-trained, rule: magnitude, parameters: 100%}",
                "baselines={all: all}")
            .run(Notices.into(told));
    CellFolder pruned = RunFolder.readCell(run.folder(), "main");
    CellFolder all = RunFolder.readCell(run.folder(), "all");
    assertThat(pruned.theta().orElseThrow()).isEqualTo(all.theta().orElseThrow());
    assertThat(run.main().metrics()).isEqualTo(run.cells().get("all").metrics());
    assertThat(run.main().start()).contains(TrainingStart.COMPLETE);
    assertThat(told).anyMatch(notice -> notice.startsWith("100.0 % of the parameters"));
  }

  /** After the cell of all layers, and where another pruning has trained them first. */
  @Test
  void allLayersAreTrainedOnceForAllThatPrunesThem() {
    String spectrum = "{use: prune-trained, parameters: 50%}";
    String backward = "{use: prune-trained, rule: backward, layers: 1}";
    RunOutcome alone = experiment("alone", "selector=" + backward).run(RunListener.NONE);
    for (String first : List.of("all", spectrum)) {
      List<String> told = new ArrayList<>();
      RunOutcome run =
          experiment(
                  "shared",
                  "selector=" + first,
                  "baselines={b: %s, s: {use: prune-trained, parameters: 25%%}}"
                      .formatted(backward))
              .run(Notices.into(told));
      assertThat(told)
          .filteredOn(notice -> notice.startsWith("All layers were trained alike by tiny"))
          .hasSize(2);
      CellFolder found = RunFolder.readCell(run.folder(), "b");
      assertThat(found.theta().orElseThrow())
          .isEqualTo(RunFolder.readCell(alone.folder(), "main").theta().orElseThrow());
      assertThat(run.cells().get("b").metrics()).isEqualTo(alone.main().metrics());
      assertThat(run.cells().get("b").selectedLayers()).isEqualTo(alone.main().selectedLayers());
      double trained = first.equals("all") ? run.main().seconds(Phase.TRAIN) : 0;
      assertThat(run.cells().get("b").seconds(Phase.SEARCH)).isGreaterThan(trained / 2);
    }
  }

  @Test
  void itsCostIsThatOfATrainingAndOfWhatItLooksAt() {
    CheckReport all = experiment("cost", "selector=all").check(RunListener.NONE);
    CheckReport pruned =
        experiment("cost", "selector={use: prune-trained, rule: backward, layers: 1}")
            .check(RunListener.NONE);
    assertThat(pruned.cells().get("main").cost().trainingGradients())
        .isEqualTo(all.training().trainingGradients());
    int layers = pruned.model().layers();
    assertThat(pruned.cells().get("main").cost().forward().examples())
        .isEqualTo(all.training().forward().examples() + (layers + 1L) * 40);
    assertThat(pruned.training().trainingGradients().examples()).isZero();
  }

  /** Killed in its training of all layers, and again in the steps that follow. */
  @Test
  void aResumedRunIsThatOfAnUninterruptedOne() throws IOException {
    RunOutcome whole = experiment("whole", SPECTRUM).run(RunListener.NONE);
    assertThat(whole.main().selectedModules()).anyMatch(module -> module.rank().isPresent());
    CellFolder expected = RunFolder.readCell(whole.folder(), "main");
    for (Phase phase : List.of(Phase.SEARCH, Phase.TRAIN)) {
      String name = "killed-" + phase.word();
      Experiment killed = experiment(name, SPECTRUM);
      assertThatThrownBy(() -> killed.run(cancelling(killed, phase)))
          .isInstanceOf(CancelledException.class);
      Path interrupted;
      try (var runs = Files.list(folder.resolve(name))) {
        interrupted = runs.findFirst().orElseThrow();
      }
      RunOutcome resumed = experiment(name, SPECTRUM).resume(interrupted, RunListener.NONE);
      CellFolder found = RunFolder.readCell(resumed.folder(), "main");
      assertThat(found.valuesHash()).isPresent().isEqualTo(expected.valuesHash());
      assertThat(found.theta().orElseThrow()).isEqualTo(expected.theta().orElseThrow());
      assertThat(resumed.main().selectedModules()).isEqualTo(whole.main().selectedModules());
      assertThat(resumed.main().metrics()).isEqualTo(whole.main().metrics());
    }
  }

  /** Cancels in the middle of a search, or at the beginning of a training. */
  private static RunListener cancelling(Experiment run, Phase phase) {
    return new RunListener() {
      @Override
      public void progress(String cell, String of, Progress progress) {
        if (phase == Phase.SEARCH && of.equals(phase.word()) && progress.done() == 4) {
          run.cancel();
        }
      }

      @Override
      public void event(RunEvent event) {
        if (phase == Phase.TRAIN
            && event.what() instanceof Event.PhaseStarted started
            && started.phase().equals(phase.word())) {
          run.cancel();
        }
      }
    };
  }

  @Test
  void anAdapterThatMakesItsOwnStartIsRefusedBeforeTheRun() {
    assertThatThrownBy(
            () ->
                experiment("refused", SPECTRUM, "adapter={use: pissa, lora_rank: 2}")
                    .check(RunListener.NONE))
        .hasMessageContainingAll("selector 'prune-trained'", "adapter 'pissa'");
  }
}
