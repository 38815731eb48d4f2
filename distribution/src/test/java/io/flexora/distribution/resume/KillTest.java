package io.flexora.distribution.resume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments, then {@code flexora resume}. -Dflexora.test.kills=200 kills
 * more often; -Dflexora.test.seed=N replays a test that failed.
 */
@DisabledOnOs(OS.WINDOWS)
class KillTest {

  private static final int KILLS = Integer.getInteger("flexora.test.kills", 4);
  private static final long SEED = Long.getLong("flexora.test.seed", System.nanoTime());
  private static final int RUNS = 2;

  @TempDir Path folder;

  @Test
  void aRunKilledAtRandomMomentsFindsBitForBitWhatAnUninterruptedOneFinds() throws Exception {
    System.out.println("KillTest: -Dflexora.test.seed=" + SEED);
    TinyExperiment experiment = TinyExperiment.in(folder);
    List<Mark> marks = new ArrayList<>();
    Map<String, String> expected = RunContents.of(uninterrupted(experiment, marks));
    assertThat(expected)
        .containsKeys(
            "result.json",
            "adapter/adapter_model.safetensors",
            "cells/main/selection.json",
            "cells/random/theta.safetensors",
            "cells/all/predictions.jsonl");

    List<KilledRun> runs = new ArrayList<>();
    List<Future<Path>> folders = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(RUNS);
    for (int i = 0; i < RUNS; i++) {
      Path working = Files.createDirectory(folder.resolve("killed-" + i));
      KilledRun run = new KilledRun(experiment, marks, working, SEED + i);
      runs.add(run);
      folders.add(threads.submit(() -> run.killed(KILLS / RUNS)));
    }
    threads.shutdown();
    for (int i = 0; i < RUNS; i++) {
      Path killed = path(folders.get(i), runs.get(i));
      RunContents.requireSame(killed, expected, story(runs.get(i)));
      assertThat(Files.readString(killed.resolve("report.html")).strip()).endsWith("</html>");
    }
  }

  private Path uninterrupted(TinyExperiment experiment, List<Mark> marks) throws Exception {
    Path working = Files.createDirectory(folder.resolve("uninterrupted"));
    try (Program program = Program.start(working, "run", experiment.file().toString(), "--json")) {
      int code = program.watch(line -> Mark.of(line).ifPresent(marks::add));
      assertThat(code).as(program.errors()).isZero();
    }
    return TinyExperiment.runs(working).get(0);
  }

  private static Path path(Future<Path> killed, KilledRun run) throws Exception {
    try {
      return killed.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(story(run), e.getCause());
    }
  }

  private static String story(KilledRun run) {
    return "replay with -Dflexora.test.seed=%d -Dflexora.test.kills=%d; what was done: %n%s"
        .formatted(SEED, KILLS, String.join("\n", run.story()));
  }
}
