package io.flexora.distribution.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.distribution.tiny.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real cells on other machines, as far as one machine can be several. */
@DisabledOnOs(OS.WINDOWS)
class ClusterCellsTest {

  private static final Path STAND_IN =
      Path.of(
          "../plugins/runner-slurm/src/test/resources/io/flexora/runner/slurm/slurm-stand-in.sh");
  private static final Path SPARK =
      Path.of("../plugins/runner-spark-driver/target/spark-libraries.txt");
  private static final long MINUTES = 10;

  private static final String TUNE =
      """
      tune:
        tuner: random
        trials: 2
        options:
          trainer.learning_rate: {low: 1e-3, high: 1e-1, log: true}
      """;

  @TempDir static Path shared;
  private static ProcessComparison here;
  private static ProcessComparison tunedHere;

  @TempDir Path folder;
  private Path commands;
  private ProcessComparison comparison;

  /** What all others have to find, in one process. */
  @BeforeAll
  static void runHere() throws Exception {
    here = ProcessComparison.of(shared, "10m", "all").runHere();
    tunedHere = here.another(shared.resolve("tuned"), "10m", "all");
    tune(tunedHere, "seeds: [1, 2]").runHere();
  }

  @BeforeEach
  void prepare() throws Exception {
    commands = Files.createDirectories(folder.resolve("slurm/bin"));
    Files.createDirectory(folder.resolve("slurm/state"));
    for (String name : List.of("sbatch", "squeue", "sacct", "scancel", "fail-node")) {
      Path command = Files.copy(STAND_IN, commands.resolve(name));
      Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    comparison = here.another(folder.resolve("working"), "10m", "all", "fail", "hang");
  }

  private List<String> arguments(String... further) {
    List<String> arguments = new ArrayList<>(comparison.arguments());
    arguments.addAll(
        List.of(
            "--set",
            "runner={use: slurm, poll: 200ms, max_heap: 256m, commands: '%s'}"
                .formatted(commands)));
    arguments.addAll(List.of(further));
    return arguments;
  }

  @Test
  void aCellFindsBitForBitTheSameOnAnotherMachineAfterItsNodeAndItsCommandWereLost()
      throws Exception {
    try (Program killed = Program.start(comparison.working(), Map.of(), arguments())) {
      waitUntil(() -> steps("hang", 1));
      waitUntil(() -> done("all"));
      fail("101_2");
      waitUntil(() -> steps("hang", 2));
      killed.kill();
    }
    assertThat(comparison.endings().get("all")).startsWith("cell_ended");
    assertThat(comparison.endings().get("fail"))
        .matches(
            "cell_failed selector fail of plugin mischief 1\\.0\\.0 failed: ArithmeticException: no"
                + " layers today \\(at Fail\\.java:\\d+\\)");
    assertThat(comparison.endings().get("hang")).startsWith("notice ");

    // What still ran is ended with a checkpoint, and its cell begun again.
    try (Program again =
        Program.start(
            comparison.working(), Map.of(), arguments("--into", comparison.folder().toString()))) {
      // It is cancelled, or has ended by itself when it was told to.
      waitUntil(() -> !List.of("", "PENDING", "RUNNING").contains(state("102_0")));
      waitUntil(() -> steps("hang", 3));
      again.signal("INT");
      assertThat(again.outcome().code()).isEqualTo(130);
    }
    assertThat(comparison.cell("hang").resolve("attempts/3/run")).doesNotExist();
    assertThat(comparison.cell("hang").resolve("events.jsonl")).exists();

    ProcessComparison.requireSame(comparison.cell("all"), here.cell("all"));
  }

  private Path sparkJars() throws IOException {
    assumeTrue(
        Files.exists(SPARK), "there is no list of Spark's libraries; build the whole project");
    Path jars = Files.createDirectories(folder.resolve("spark/jars"));
    for (String library : Files.readString(SPARK).strip().split(File.pathSeparator, -1)) {
      Files.createSymbolicLink(jars.resolve(Path.of(library).getFileName()), Path.of(library));
    }
    return jars;
  }

  private List<String> onSpark(Path jars) {
    List<String> arguments = new ArrayList<>(comparison.arguments());
    arguments.addAll(
        List.of(
            "--set",
            ("runner={use: spark, master: 'local[2]', spark_home: '%s', max_heap: 256m,"
                    + " driver_java_options: [-Xmx512m, -XX:TieredStopAtLevel=1]}")
                .formatted(jars.getParent())));
    return arguments;
  }

  /** JUnit warns of each link that it removes. */
  private static void remove(Path jars) throws IOException {
    try (Stream<Path> links = Files.list(jars)) {
      for (Path link : links.toList()) {
        Files.delete(link);
      }
    }
  }

  /** Trials of two seeds run together, as there are places. */
  @Test
  void theTrialsOfATuningRunOnSlurmAsTheyDoHere() throws Exception {
    comparison = tune(comparison.another(folder.resolve("tuned"), "10m", "all"), "seeds: [1, 2]");

    assertThat(
            Program.run(
                    comparison.working(),
                    arguments("--set", "runner.parallel=4").toArray(String[]::new))
                .code())
        .isZero();

    Path state = folder.resolve("slurm/state");
    assertThat(Files.readString(state.resolve("101.words"))).contains("--array=0-3%4");
    assertThat(Files.readString(state.resolve("102.words"))).contains("--array=0-1%4");
    requireSameTuningAsHere(".1", ".2", ".1.trial-0", ".2.trial-1");
  }

  /**
   * Spark's tasks run in its driver here; its executors and failed cells are the plugin's tests.
   */
  @Test
  void theTrialsOfATuningRunOnSparkAsTheyDoHere() throws Exception {
    Path jars = sparkJars();
    comparison = tune(comparison.another(folder.resolve("tuned"), "10m", "all"), "seeds: [1]");

    assertThat(Program.run(comparison.working(), onSpark(jars).toArray(String[]::new)).code())
        .isZero();

    requireSameTuningAsHere(".1", ".1.trial-0", ".1.trial-1");
    remove(jars);
  }

  private static ProcessComparison tune(ProcessComparison comparison, String seeds)
      throws IOException {
    comparison.replace("seeds: [1]", seeds);
    Files.writeString(comparison.file(), Files.readString(comparison.file()) + TUNE);
    return comparison;
  }

  private void requireSameTuningAsHere(String... cells) throws IOException {
    for (String cell : cells) {
      String name = "cells/bert.glosses.all" + cell;
      ProcessComparison.requireSame(
          comparison.folder().resolve(name), tunedHere.folder().resolve(name));
    }
  }

  private void fail(String job) throws Exception {
    Process process = new ProcessBuilder(commands.resolve("fail-node").toString(), job).start();
    assertThat(process.waitFor()).isZero();
  }

  private String state(String job) {
    try {
      return Files.readString(folder.resolve("slurm/state").resolve(job + ".state")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private boolean steps(String strategy, int attempt) {
    try {
      Path events = comparison.cell(strategy).resolve("attempts/" + attempt + "/run/events.jsonl");
      return Files.exists(events) && Files.readString(events).contains("\"step\"");
    } catch (IOException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  private boolean done(String strategy) {
    try {
      return Files.exists(comparison.cell(strategy).resolve("result.json"));
    } catch (IOException e) {
      return false;
    }
  }

  private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s min", MINUTES).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
