package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which cells of a tuned comparison search, and what the others have instead. */
@ExtendWith(OneThread.class)
class TunedSearchTest {

  private static final String SEARCHED =
      "strategies={searched: {use: flexora, solver: {use: first-order, inner: {learning_rate:"
          + " 0.05}}, outer_steps: 4, selection: top-k}}";
  private static final String RATES = "trainer.learning_rate: {low: 1e-3, high: 1e-1, log: true}";
  private static final String TESTED = "bert.glosses.searched.1";

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private final Searches searches = new Searches();
  private TinyComparison tiny;

  /** The cells that did a step of a search. */
  private static final class Searches implements RunListener {

    private final Set<String> cells = new TreeSet<>();

    @Override
    public void progress(String cell, String phase, Progress progress) {
      if (phase.equals(Phase.SEARCH.word())) {
        cells.add(cell);
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    tiny = TinyComparison.in(folder);
  }

  @Test
  void theFirstTrialOfEachSeedSearchesForAllWhereTheTrainerAloneIsTuned() throws IOException {
    ComparisonOutcome outcome = comparison("seeds=[1, 2]", tune(RATES)).run(searches);

    assertThat(outcome.failures()).isEmpty();
    assertThat(searches.cells)
        .containsExactly("bert.glosses.searched.1.trial-0", "bert.glosses.searched.2.trial-0");
    CellOutcome first = outcome(outcome, TESTED + ".trial-0");
    for (String id : List.of(TESTED + ".trial-1", TESTED)) {
      CellOutcome other = outcome(outcome, id);
      assertThat(other.scores()).isEqualTo(first.scores()).isNotEmpty();
      assertThat(other.seconds(Phase.SEARCH)).isPositive().isEqualTo(first.seconds(Phase.SEARCH));
    }

    Path cell = ComparisonFolder.cell(outcome.folder(), TESTED);
    Path alone = folder.resolve("alone").resolve(TESTED);
    String asked = RunFolder.askedConfiguration(cell);
    RunFolder.prepare(
        alone, asked.substring(asked.indexOf('\n') + 1)); // the first line is its hash
    searches.cells.clear();
    host.experiment(RunFolder.configuration(alone), List.of()).resume(alone, searches);
    assertThat(searches.cells).containsExactly("main");
    RunContents.requireSame(alone, RunContents.of(cell), "searched and trained alone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "strategies.searched.alpha_learning_rate: {low: 0.01, high: 0.5}",
        "adapter.lora_rank: {values: [1, 4]}"
      })
  void eachTrialSearchesWhereTheSearchIsTunedAndTheTestedCellTakesItsChoice(String option) {
    ComparisonOutcome outcome = comparison("seeds=[1]", tune(option)).run(searches);

    assertThat(outcome.failures()).isEmpty();
    assertThat(searches.cells).containsExactly(TESTED + ".trial-0", TESTED + ".trial-1");
  }

  @Test
  void aSearchThatWasResumedIsNoOthers() throws IOException {
    assertThat(searchesAfter(".trial-0", Phase.SEARCH))
        .containsExactly(TESTED + ".trial-0", TESTED + ".trial-1");
  }

  @Test
  void aSearchOfAnEarlierProcessIsDoneAgain() throws IOException {
    assertThat(searchesAfter(".trial-1", Phase.TRAIN)).containsExactly(TESTED);
  }

  /** The cells that search after an interruption in a phase of a trial, which moves no number. */
  private Set<String> searchesAfter(String trial, Phase interrupted) throws IOException {
    String[] options = {"seeds=[1]", "checkpoints.every_steps=1", tune(RATES)};
    ComparisonOutcome whole = comparison(options).run(RunListener.NONE);
    Comparison cancelled = comparison(options);
    RunListener inTheMiddle =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (cell.equals(TESTED + trial)
                && phase.equals(interrupted.word())
                && progress.done() == 2) {
              cancelled.cancel();
            }
          }
        };
    assertThatThrownBy(() -> cancelled.run(inTheMiddle)).isInstanceOf(CancelledException.class);
    Path path = cancelled.folder().orElseThrow();
    assertThat(host.comparisonOf(path).resume(path, searches).failures()).isEmpty();
    assertThat(TinyComparison.contents(path))
        .isEqualTo(TinyComparison.contents(whole.folder()))
        .hasSize(3);
    return searches.cells;
  }

  private static String tune(String option) {
    return "tune={tuner: random, trials: 2, options: {%s}}".formatted(option);
  }

  private Comparison comparison(String... options) {
    List<String> all = new ArrayList<>(List.of("output_dir=" + folder.resolve("runs")));
    // What a test does not interrupt needs no checkpoints.
    all.add("checkpoints.every_steps=0");
    all.addAll(List.of(SEARCHED, "baseline=searched"));
    all.addAll(List.of(options));
    return host.comparison(tiny.file(), all);
  }

  private static CellOutcome outcome(ComparisonOutcome comparison, String id) {
    return RunFolder.readCell(ComparisonFolder.cell(comparison.folder(), id), "main")
        .success()
        .orElseThrow();
  }
}
