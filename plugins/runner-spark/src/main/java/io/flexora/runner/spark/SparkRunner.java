package io.flexora.runner.spark;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Runner;
import io.flexora.files.queue.QueueRules;
import io.flexora.files.queue.QueuedCells;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Runs each cell as a job of an application on the user's Spark cluster, whose machines share the
 * folder of the comparison with this one.
 */
@Doc("Run the cells as jobs of an Apache Spark cluster that shares the folders of this machine.")
final class SparkRunner implements Runner {

  private static final String HOME = "SPARK_HOME";
  private static final Duration POLL = Duration.ofMillis(200);
  // The process of a lost executor writes a checkpoint first, from which the next attempt goes on.
  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final int MOST_JOBS = 1000;

  private final SparkOptions options;

  @Inject
  SparkRunner(SparkOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(Runner.Processes processes, Compatibility found) {
    // Refused here where cells cannot leave the process; Java itself starts on another machine.
    found.check(() -> processes.trial(options.ofJava().words()));
    found.check(this::jars);
  }

  @Override
  public OptionalInt parallelCells() {
    return options.parallel().stream().mapToInt(Integer::intValue).findFirst();
  }

  @Override
  public void run(List<Cell> cells, CellExecution execution) {
    if (cells.isEmpty()) {
      return;
    }
    Path comparison = cells.get(0).folder().toAbsolutePath().normalize().getParent().getParent();
    int most = options.parallel().map(each -> each + each / 4 + 1).orElse(MOST_JOBS);
    QueueRules rules =
        QueueRules.of("Spark", options.attempts(), POLL, options.ofJava().words())
            .holding(most, 1)
            .waiting(QueueRules.ARRIVAL, PAUSE);
    try (DriverProcesses drivers = new DriverProcesses(options, jars(), comparison)) {
      new QueuedCells(new SparkQueue(options, drivers, execution::cancelled), rules, execution)
          .run(cells);
    }
  }

  /** The folder of Spark's libraries. */
  private Path jars() {
    Path home =
        options
            .sparkHome()
            .or(() -> Optional.ofNullable(System.getenv(HOME)).map(Path::of))
            .orElseThrow(
                () ->
                    new IncompatibleOptionException(
                        "spark_home",
                        "runner 'spark' needs Spark's libraries, of the cluster's version; give the"
                            + " folder of Spark by spark_home or the variable SPARK_HOME"));
    Path jars = home.resolve("jars");
    if (!hasSpark(jars)) {
      throw new IncompatibleOptionException(
          "spark_home",
          "runner 'spark' finds no Spark in %s: there is no jars/spark-core_*.jar. Give the folder of Spark by spark_home"
              .formatted(home));
    }
    return jars;
  }

  private static boolean hasSpark(Path jars) {
    try (Stream<Path> files = Files.list(jars)) {
      return files.anyMatch(jar -> jar.getFileName().toString().matches("spark-core_.*\\.jar"));
    } catch (IOException e) {
      return false;
    }
  }
}
