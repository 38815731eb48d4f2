package io.flexora.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Runner;
import io.flexora.testkit.host.SuiteHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The runner as experiments get it: out of its own bundle, on a real Felix. */
@DisabledOnOs(OS.WINDOWS)
class ProcessPluginTest {

  private static final String ALL_OPTIONS =
      "{use: process, parallel: 2, threads: 1, max_heap: 32m, java_options: [-Xss512k],"
          + " time_limit: 30s}";

  @TempDir Path folder;

  @Test
  void runsEachCellOnceInAProcessOfItsOwnAndRecordsTheOneThatDies() throws Exception {
    MischiefCells cells = new MischiefCells(folder);
    try (SuiteHost host =
        SuiteHost.start(Files.createDirectory(folder.resolve("cache")), List.of())) {
      Runner runner = host.extension(Runner.class, ALL_OPTIONS, host.services(1));

      runner.run(List.of(), cells);
      runner.run(cells.cells("end-1", "abort", "end-2"), cells);
    }

    assertThat(cells.has("end-1", Mischief.DONE)).isTrue();
    assertThat(cells.has("end-2", Mischief.DONE)).isTrue();
    assertThat(cells.failures).containsOnlyKeys("abort");
  }
}
