package io.flexora.runner.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Runner;
import io.flexora.testkit.fixture.cell.AttemptedCells;
import io.flexora.testkit.host.SuiteHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner on a real Slurm, where that is installed. */
class RealSlurmTest {

  @TempDir static Path place;
  private static SlurmDaemons slurm;
  private static SuiteHost host;

  @TempDir Path folder;
  private AttemptedCells cells;

  @BeforeAll
  static void start() throws Exception {
    Optional<String> missing = SlurmDaemons.missing();
    assumeTrue(missing.isEmpty(), () -> "no Slurm to test on: " + missing.get());
    slurm = SlurmDaemons.start(Files.createDirectory(place.resolve("slurm")));
    host = SuiteHost.start(Files.createDirectory(place.resolve("cache")), List.of());
  }

  @AfterAll
  static void close() throws Exception {
    if (host != null) {
      host.close();
    }
    if (slurm != null) {
      slurm.close();
    }
  }

  @BeforeEach
  void prepare() throws Exception {
    AttemptedCells.program(folder.resolve("cell.sh"));
    cells =
        new AttemptedCells(
            Files.createDirectory(folder.resolve("cells")),
            attempt -> List.of(attempt.toString(), "a word's"),
            Map.of("MALLOC_ARENA_MAX", "1"));
  }

  private CompletableFuture<Void> begin(String... names) {
    Runner runner =
        host.extension(
            Runner.class,
            "{use: slurm, poll: 200ms, java: '%s', commands: '%s'}"
                .formatted(folder.resolve("cell.sh"), slurm.commands()),
            host.services(1));
    Compatibility.require(runner::checkCompatibility, options -> options);
    return cells.begin(runner, names);
  }

  /** The job of a cell's first attempt, as one of its array. */
  private String job(String cell) throws Exception {
    Path environment = cells.attempt(cell, 1).resolve("environment");
    return value(environment, "SLURM_ARRAY_JOB_ID")
        + "_"
        + value(environment, "SLURM_ARRAY_TASK_ID");
  }

  private static String value(Path environment, String variable) throws Exception {
    return Files.readAllLines(environment).stream()
        .filter(line -> line.startsWith(variable + "="))
        .map(line -> line.substring(variable.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  private static String queue() {
    return slurm.command("squeue", "--noheader", "--array", "--format=%i|%T");
  }

  @Test
  void cellsEndFailAndAreCancelledByAnOperator() throws Exception {
    CompletableFuture<Void> run = begin("end-1", "report", "crash", "polite");
    AttemptedCells.await(() -> cells.begun("polite", 1));
    slurm.command("scancel", job("polite"));
    run.join();

    assertThat(cells.results()).isEqualTo(Map.of("end-1", 1));
    assertThat(cells.failures().get("report")).isEqualTo("layer 9 of a model with layers 0 to 3");
    assertThat(cells.failures().get("crash")).contains("SIGABRT (exit code 134)");
    assertThat(cells.failures().get("polite")).contains("somebody cancelled its job");
    assertThat(cells.attempt("polite", 1).resolve("checkpoint")).exists();
    assertThat(queue()).isEmpty();
  }

  @Test
  void aCellWhoseNodeGoesDownIsTriedAgain() throws Exception {
    CompletableFuture<Void> run = begin("twice");
    AttemptedCells.await(() -> cells.begun("twice", 1));
    slurm.command("scontrol", "update", "nodename=localhost", "state=down", "reason=test");
    AttemptedCells.await(() -> !cells.lost().isEmpty());
    slurm.command("scontrol", "update", "nodename=localhost", "state=resume");
    run.join();

    assertThat(cells.results()).isEqualTo(Map.of("twice", 2));
    assertThat(cells.lost().get(0)).contains("the node of its job", "failed");
  }

  @Test
  void aCancellationLeavesNoJob() throws Exception {
    CompletableFuture<Void> run = begin("polite-1", "polite-2", "polite-3", "polite-4");
    AttemptedCells.await(() -> cells.begun("polite-1", 1));
    cells.cancel();

    assertThatThrownBy(run::join).hasCauseInstanceOf(CancelledException.class);
    assertThat(queue()).isEmpty();
    assertThat(cells.attempt("polite-1", 1).resolve("checkpoint")).exists();
  }
}
