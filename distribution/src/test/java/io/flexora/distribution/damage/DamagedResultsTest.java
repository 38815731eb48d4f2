package io.flexora.distribution.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flips a bit in, and cuts at each sixteenth of, the files of a run and of a comparison, finished
 * and cancelled half-way, and then uses them as a user would: each damage is named, or changes
 * nothing. -Dflexora.test.damages=100000 tries every one instead of a sample of each folder's;
 * -Dflexora.test.seed=N replays a sample, and -Dflexora.test.damaged=NAME tries files of that name
 * alone.
 */
@ExtendWith(OneThread.class)
class DamagedResultsTest {

  private static final int DAMAGES = Integer.getInteger("flexora.test.damages", 10);
  private static final String DAMAGED = System.getProperty("flexora.test.damaged", "");
  private static final long SEED = Long.getLong("flexora.test.seed", 14);

  @TempDir static Path folder;
  private static FlexoraHost host;
  private static TinyExperiment tiny;
  private static TinyComparison compared;

  @BeforeAll
  static void start() throws IOException {
    System.out.println("DamagedResultsTest: -Dflexora.test.seed=" + SEED);
    tiny = TinyExperiment.in(folder.resolve("run"));
    compared = TinyComparison.in(folder.resolve("comparison"));
    host = Program.host(folder);
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static Experiment experiment() {
    return host.experiment(
        tiny.file(),
        List.of(
            "output_dir=" + folder.resolve("runs"),
            "selector.outer_steps=3",
            "trainer.max_steps=4",
            "trainer.evaluation_steps=2",
            "baselines={all: all}",
            "test_sets={far: {dataset: {use: wordnet, source: 'file:%s', train: 60, validation: 20, test: 11}}}"
                .formatted(tiny.folder())));
  }

  private static Comparison comparison() {
    return host.comparison(
        compared.file(),
        List.of("output_dir=" + folder.resolve("runs"), "seeds=[1]", "trainer.max_steps=4"));
  }

  @Test
  void aFinishedRun() throws IOException {
    Path run = experiment().run(RunListener.NONE).folder();
    sweep(run, RunUses.of(host, run, export()));
  }

  @Test
  void aCancelledRun() throws IOException {
    Experiment cancelled = experiment();
    assertThatThrownBy(() -> cancelled.run(inTraining("all", cancelled::cancel)))
        .isInstanceOf(CancelledException.class);
    Path run = cancelled.folder().orElseThrow();
    sweep(run, RunUses.of(host, run, export()));
  }

  @Test
  void aFinishedComparison() throws IOException {
    Path whole = comparison().run(RunListener.NONE).folder();
    sweep(whole, ComparisonUses.of(host, whole, "bert.glosses.random.1", export()));
  }

  @Test
  void aCancelledComparison() throws IOException {
    Comparison cancelled = comparison();
    assertThatThrownBy(() -> cancelled.run(inTraining("bert.glosses.random.1", cancelled::cancel)))
        .isInstanceOf(CancelledException.class);
    Path half = cancelled.folder().orElseThrow();
    sweep(half, ComparisonUses.of(host, half, "bert.glosses.all.1", export()));
  }

  /** Acts in the second step of a cell's training. */
  private static RunListener inTraining(String name, Runnable action) {
    return new RunListener() {
      @Override
      public void progress(String cell, String phase, Progress progress) {
        if (cell.startsWith(name) && phase.equals("train") && progress.done() == 2) {
          action.run();
        }
      }
    };
  }

  private static Path export() {
    return folder.resolve("export");
  }

  private static void sweep(Path place, Map<String, Use> uses) throws IOException {
    FileTree sound = FileTree.of(place);
    Map<String, Use.Said> expected = new TreeMap<>();
    for (Map.Entry<String, Use> use : uses.entrySet()) {
      sound.restore();
      expected.put(use.getKey(), Use.said(use.getValue()));
    }
    List<Damage> damages = new ArrayList<>(Damage.of(sound));
    damages.removeIf(damage -> !DAMAGED.isEmpty() && !damage.file().endsWith(DAMAGED));
    Collections.shuffle(damages, new Random(SEED));
    int named = 0;
    int harmless = 0;
    List<String> unnoticed = new ArrayList<>();
    for (Damage damage : damages.subList(0, Math.min(DAMAGES, damages.size()))) {
      boolean said = false;
      sound.restore();
      damage.inflict();
      for (Map.Entry<String, Use> use : uses.entrySet()) {
        Use.Said found = Use.said(use.getValue());
        said |= found.names(damage.file());
        Use.Said sane = expected.get(use.getKey());
        boolean toldLess = !use.getKey().equals(Use.RESUME) && damage.isEarlierEnd();
        if (!found.names(damage.file()) && !toldLess && !found.equals(sane)) {
          unnoticed.add(
              "%s, then %s: %s".formatted(damage, use.getKey(), found.differenceFrom(sane)));
        }
        if (use.getKey().equals(Use.RESUME)
            && damage.canBeMended()
            && !found.withoutRecord().equals(sane.withoutRecord())) {
          unnoticed.add("%s is not made again: %s".formatted(damage, found.differenceFrom(sane)));
        }
      }
      named += said ? 1 : 0;
      harmless += said ? 0 : 1;
    }
    System.out.printf(
        "%s: %d damages to %d files, %d named, %d harmless, %d unnoticed%n",
        place.getFileName(),
        named + harmless,
        sound.files().size(),
        named,
        harmless,
        unnoticed.size());
    assertThat(unnoticed).as("replay with -Dflexora.test.seed=%d", SEED).isEmpty();
  }
}
