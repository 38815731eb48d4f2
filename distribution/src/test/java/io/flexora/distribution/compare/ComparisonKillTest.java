package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments, then {@code flexora resume}. -Dflexora.test.kills=200 kills
 * more often; -Dflexora.test.seed=N replays a test that failed.
 */
@DisabledOnOs(OS.WINDOWS)
class ComparisonKillTest {

  private static final int KILLS = Math.max(1, Integer.getInteger("flexora.test.kills", 6) / 2);
  private static final long SEED = Long.getLong("flexora.test.seed", System.nanoTime());
  private static final int KILLED = 128 + 9;
  private static final int LONGEST_STEP_MS = 60;
  private static final int LONGEST_START_MS = 2500;

  @TempDir Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<String> story = new ArrayList<>();

  @Test
  void aComparisonKilledAtRandomMomentsFindsBitForBitWhatAnUninterruptedOneFinds()
      throws Exception {
    System.out.println("ComparisonKillTest: -Dflexora.test.seed=" + SEED);
    TinyComparison comparison = TinyComparison.in(Files.createDirectory(folder.resolve("data")));
    Path whole = Files.createDirectory(folder.resolve("whole"));
    AtomicInteger lines = new AtomicInteger();
    assertThat(watched(whole, comparison, line -> lines.incrementAndGet())).isZero();

    Path killed = Files.createDirectory(folder.resolve("killed"));
    for (int kill = 0; kill < KILLS; kill++) {
      killOnce(killed, comparison, lines.get());
    }
    assertThat(watched(killed, comparison, line -> {})).as(story()).isZero();

    Map<String, Map<String, String>> found = TinyComparison.contents(run(killed).orElseThrow());
    assertThat(found).as(story()).isEqualTo(TinyComparison.contents(run(whole).orElseThrow()));
    assertThat(found).hasSize(4);
  }

  /** Kills it while it starts, or after some of the lines that a run from here on may tell. */
  private void killOnce(Path working, TinyComparison comparison, int lines) throws Exception {
    boolean early = random.nextInt(4) == 0;
    int target = random.nextInt(Math.max(1, lines / KILLS * 2));
    int delay = random.nextInt(early ? LONGEST_START_MS : LONGEST_STEP_MS);
    AtomicInteger told = new AtomicInteger();
    try (Program program = start(working, comparison)) {
      if (early) {
        killAfter(program, delay);
      }
      int code =
          program.watch(
              line -> {
                if (told.getAndIncrement() == target) {
                  killAfter(program, delay);
                }
              });
      story.add((early ? "early" : "line " + target) + " + " + delay + " ms: " + code);
      assertThat(code).as("%s %s", story(), program.errors()).isIn(KILLED, 0);
    }
  }

  private static void killAfter(Program program, int milliseconds) {
    CompletableFuture.delayedExecutor(milliseconds, TimeUnit.MILLISECONDS).execute(program::kill);
  }

  private int watched(Path working, TinyComparison comparison, Consumer<String> lines)
      throws Exception {
    try (Program program = start(working, comparison)) {
      int code = program.watch(lines);
      story.add("ended with " + code + " " + program.errors());
      return code;
    }
  }

  private static Program start(Path working, TinyComparison comparison) throws IOException {
    Optional<Path> run = run(working);
    return run.isEmpty()
        ? Program.start(working, "compare", comparison.file().toString(), "--json")
        : Program.start(working, "resume", run.get().toString(), "--json");
  }

  /** The folder of the comparison; one that was killed before it had its name is none. */
  private static Optional<Path> run(Path working) throws IOException {
    return TinyExperiment.runs(working).stream()
        .filter(run -> Files.exists(run.resolve("ledger.jsonl")))
        .filter(run -> !run.getFileName().toString().startsWith("."))
        .findFirst();
  }

  private String story() {
    return "replay with -Dflexora.test.seed=%d; what was done: %n%s"
        .formatted(SEED, String.join("\n", story));
  }
}
