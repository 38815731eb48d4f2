package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointKillTest {

  private static final int KILLS = Integer.getInteger("flexora.test.kills", 15);

  @TempDir Path folder;

  @Test
  void killedAtRandomMomentsTheNewestCheckpointIsWhole() throws Exception {
    long seed = Long.getLong("flexora.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    long newest = 0;
    for (int i = 0; i < KILLS; i++) {
      Process process = ChildJvm.start(SavingProcess.class, folder, "none");
      try (BufferedReader output = process.inputReader()) {
        String first = output.readLine();
        assertThat(first).as("seed %d, kill %d", seed, i).startsWith("saved ");
        TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
        // Through the handle: Process itself would close the output that is still to be read.
        process.toHandle().destroyForcibly();
        newest = requireNewest(lastSaved(first, ChildJvm.rest(output)), newest, seed);
        assertThat(process.waitFor()).isEqualTo(137);
      }
    }
    assertThat(newest).isGreaterThan(KILLS);
  }

  @ParameterizedTest
  @EnumSource(SaveStage.class)
  void deadAtAnyStageOfASaveTheNewestCheckpointIsWhole(SaveStage stage) throws Exception {
    long newest = 0;
    for (int i = 0; i < 2; i++) {
      Process process = ChildJvm.start(SavingProcess.class, folder, stage);
      try (BufferedReader output = process.inputReader()) {
        String first = output.readLine();
        List<String> rest = ChildJvm.rest(output);
        assertThat(process.waitFor()).as("%s", rest).isEqualTo(137);
        newest = requireNewest(lastSaved(first, rest), newest, 0);
      }
    }
  }

  private long requireNewest(long saved, long before, long seed) {
    CheckpointFolder checkpoints =
        SavingProcess.checkpoints(folder, SavingProcess.CONFIGURATION, SavingProcess.KEEP);
    long newest = SavingProcess.newest(checkpoints).orElseThrow();
    assertThat(newest).as("seed %d", seed).isGreaterThanOrEqualTo(saved).isGreaterThan(before);
    return newest;
  }

  private static long lastSaved(String first, List<String> rest) {
    return rest.stream()
        .filter(line -> line.matches("saved \\d+"))
        .mapToLong(CheckpointKillTest::step)
        .max()
        .orElse(step(first));
  }

  private static long step(String line) {
    return Long.parseLong(line.substring("saved ".length()));
  }
}
