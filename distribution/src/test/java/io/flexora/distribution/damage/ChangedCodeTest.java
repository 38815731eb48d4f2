package io.flexora.distribution.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.CompiledPlugin;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.host.FlexoraHost;
import io.flexora.results.comparison.CellState;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that is built with other code under the same version does not join its old results. */
class ChangedCodeTest {

  private static final String MINE = "bert.glosses.mine.1";
  private static final String ALL = "bert.glosses.all.1";

  @TempDir Path folder;
  private Path plugins;
  private int builds;

  @BeforeEach
  void build() throws IOException {
    plugins = Files.createDirectories(folder.resolve("plugins"));
    Path distributed = Program.HOME.resolve("plugins");
    String fixed = "flexora-selector-fixed.jar";
    Files.copy(distributed.resolve(fixed), plugins.resolve(fixed));
    build("List.of(1)");
  }

  /** Builds the plugin of selector {@code mine}, which chooses these layers. */
  private void build(String layers) throws IOException {
    new CompiledPlugin("mine", folder.resolve("build-" + ++builds))
        .source(
            "M",
            """
            package mine;
            import io.flexora.api.plugin.*;
            import io.flexora.api.selection.*;
            public final class M extends FlexoraModule {
              @Override protected void configure() {
                extension(Selector.class, "mine", NoOptions.class, S.class);
              }
            }
            """)
        .source(
            "S",
            """
            package mine;
            import io.flexora.api.run.Compatibility;
            import io.flexora.api.selection.*;
            import java.util.List;
            public final class S implements Selector {
              @Override public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}
              @Override public Selection select(SelectionContext context) {
                return Selection.of(%s);
              }
            }
            """
                .formatted(layers))
        .packTo(plugins.resolve("mine.jar"));
  }

  private FlexoraHost host() {
    return FlexoraHost.builder()
        .bundles(Program.HOME.resolve("bundles"))
        .pluginsFolder(plugins)
        .cache(folder.resolve("cache"))
        .start();
  }

  private Comparison comparison(FlexoraHost host, String... options) throws IOException {
    TinyComparison tiny = TinyComparison.in(folder.resolve("data"));
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                "output_dir=" + folder.resolve("runs"),
                "seeds=[1]",
                "trainer.max_steps=2",
                "strategies={all: all, mine: mine}"));
    all.addAll(List.of(options));
    return host.comparison(tiny.file(), all);
  }

  @Test
  void aComparisonRefusesCellsOfOtherCodeAndMakesThemAgainOnRequest() throws IOException {
    Path into;
    try (FlexoraHost host = host()) {
      into = comparison(host).run(RunListener.NONE).folder();
    }
    assertThat(codeOf(into, MINE)).containsKeys("mine", "flexora-numerics");
    assertThat(codeOf(into, ALL)).doesNotContainKey("mine").containsKey("flexora-numerics");

    build("List.of(1)");
    try (FlexoraHost host = host()) {
      assertThat(comparison(host, "seeds=[1,2]").resume(into, RunListener.NONE).done())
          .isEqualTo(4);
    }
    build("List.of(2)");
    try (FlexoraHost host = host()) {
      assertThatThrownBy(() -> comparison(host, "seeds=[1,2,3]").resume(into, RunListener.NONE))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("cell " + MINE)
          .hasMessageMatching(".*the code of mine had the SHA-256 \\w{12}, and has \\w{12} now.*")
          .hasMessageContaining("--redo-changed")
          .hasMessageContaining("give strategy 'mine'");
      assertThatThrownBy(() -> plan(host, into, ChangedCode.REFUSE))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("--redo-changed");
      assertThat(plan(host, into, ChangedCode.REDO).cells())
          .filteredOn(cell -> cell.state() == CellState.DONE)
          .extracting(cell -> cell.id().id())
          .containsExactly(ALL, "bert.glosses.all.2");
      ComparisonOutcome apart =
          comparison(host, "strategies={all: all, mine2: mine}").resume(into, RunListener.NONE);
      assertThat(apart.failures()).isEmpty();
      assertThat(layers(into, "bert.glosses.mine2.1")).containsExactly(2);

      ComparisonOutcome redone =
          comparison(host, "seeds=[1,2]").resume(into, ChangedCode.REDO, RunListener.NONE);
      assertThat(redone.failures()).isEmpty();
      assertThat(layers(into, MINE)).containsExactly(2);
      assertThat(started(into)).filteredOn(ALL::equals).hasSize(1);
      assertThat(started(into)).filteredOn(MINE::equals).hasSize(2);
      assertThat(FlexoraHost.query(into, codeInQuery(MINE), note -> {}).rows())
          .containsExactly(List.of(codeOf(into, MINE).get("mine")));
    }
  }

  private ComparisonPlan plan(FlexoraHost host, Path into, ChangedCode changed) throws IOException {
    return comparison(host, "seeds=[1,2]")
        .plan(Optional.of(into), changed, Duration.ofSeconds(1), RunListener.NONE);
  }

  private static String codeInQuery(String cell) {
    return "SELECT code->>'mine' FROM cells WHERE run LIKE '%/" + cell + "'";
  }

  private static Map<String, String> codeOf(Path comparison, String cell) {
    return RunFolder.readCell(ComparisonFolder.cell(comparison, cell), "main").code().orElseThrow();
  }

  private static List<Integer> layers(Path comparison, String cell) {
    return RunFolder.readCell(ComparisonFolder.cell(comparison, cell), "main")
        .success()
        .orElseThrow()
        .selectedLayers();
  }

  private static List<String> started(Path comparison) {
    return EventLog.read(ComparisonFolder.ledger(comparison)).stream()
        .filter(event -> event.what() instanceof Event.CellStarted)
        .map(RunEvent::cell)
        .toList();
  }

  @Test
  void aRunRefusesToGoOnWithOtherCodeAndMakesItsCellsAgainOnRequest() throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder.resolve("data"));
    Path run;
    try (FlexoraHost host = host()) {
      Experiment cancelled =
          host.experiment(
              tiny.file(),
              List.of(
                  "output_dir=" + folder.resolve("runs"),
                  "selector=all",
                  "trainer.max_steps=3",
                  "baselines={mine: mine}"));
      assertThatThrownBy(() -> cancelled.run(inTrainingOf("mine", cancelled::cancel)))
          .isInstanceOf(CancelledException.class);
      run = cancelled.folder().orElseThrow();
    }
    build("List.of(2)");
    try (FlexoraHost host = host()) {
      assertThatThrownBy(() -> host.experimentOf(run).resume(run, RunListener.NONE))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining(
              "cell 'mine' of " + run + " was made by other code: the code of mine")
          .hasMessageContaining("--redo-changed");
      RunOutcome redone = host.experimentOf(run).resume(run, ChangedCode.REDO, RunListener.NONE);
      assertThat(redone.cells().get("mine").selectedLayers()).containsExactly(2);
      Provenance provenance = FlexoraHost.run(run).provenance().orElseThrow();
      assertThat(provenance.code()).containsKeys("mine", "flexora-api");
      assertThat(Files.readString(redone.reports().get(0)))
          .contains("code / mine / sha256", provenance.code().get("mine"));
      assertThat(FlexoraHost.run(run).events())
          .filteredOn(event -> event.what() instanceof Event.LayersSelected)
          .hasSize(2);
    }
  }

  private static RunListener inTrainingOf(String name, Runnable action) {
    return new RunListener() {
      @Override
      public void progress(String cell, String phase, Progress progress) {
        if (cell.equals(name) && phase.equals("train") && progress.done() == 2) {
          action.run();
        }
      }
    };
  }
}
