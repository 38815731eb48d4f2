package io.flexora.runner.spark;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.WriteFailure;
import io.flexora.files.machine.ProcessEnd;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The drivers of a run, one after the other: a further one only if the one before was lost. */
final class DriverProcesses implements AutoCloseable {

  private static final String MAIN = "io.flexora.runner.spark.driver.SparkDriver";
  private static final String JAR = "/driver.jar";
  private static final Duration LOOK = Duration.ofMillis(200);

  private final SparkOptions options;
  private final Path jars;
  private final Path comparison;
  private final Path log;
  private final Path place;
  private Optional<DriverProcess> driver = Optional.empty();

  /**
   * Prepares.
   *
   * @param jars the folder of Spark's libraries
   * @param comparison the folder whose name the application gets, and that takes Spark's log
   */
  DriverProcesses(SparkOptions options, Path jars, Path comparison) {
    this.options = options;
    this.jars = jars;
    this.comparison = comparison;
    this.log = comparison.resolve("spark-driver.log");
    try {
      this.place = Files.createTempDirectory("flexora-spark");
      try (InputStream jar = DriverProcesses.class.getResourceAsStream(JAR)) {
        Files.copy(jar, place.resolve("driver.jar"));
      }
    } catch (IOException e) {
      throw new FlexoraException("the driver of Spark cannot be unpacked: " + e.getMessage(), e);
    }
  }

  /** Whether a driver runs, or has ended with messages that are not read yet. */
  boolean isAlive() {
    return driver.filter(DriverProcess::isAlive).isPresent();
  }

  /** The driver that runs. */
  DriverProcess current() {
    return driver.orElseThrow();
  }

  /**
   * Starts a driver and waits until it has an executor.
   *
   * @param cancelled whether to give up
   * @throws FlexoraException with what Spark says if it has none in time
   */
  void start(BooleanSupplier cancelled) throws InterruptedException {
    end();
    try {
      driver = Optional.of(DriverProcess.start(command(), log));
    } catch (IOException e) {
      throw WriteFailure.explain(log, e);
    }
    DriverProcess started = current();
    started.tell(
        Map.of(
            "conf",
            options.settings("flexora " + comparison.getFileName()),
            "start_seconds",
            options.startTimeout().toSeconds() + 1));
    while (started.isAlive()) {
      if (cancelled.getAsBoolean()) {
        throw new CancelledException();
      }
      Optional<JsonNode> answer = started.next(LOOK);
      if (answer.isPresent()) {
        if (answer.get().has("ready")) {
          return;
        }
        throw new FlexoraException(
            "Spark cannot run the cells: %s (%s)"
                .formatted(answer.get().path("fatal").asText(), log));
      }
    }
    throw ended("it had an executor of " + options.master());
  }

  /**
   * Tells of a driver that has ended too early, with the end of what it printed.
   *
   * @param before what did not come about, in a clause
   */
  FlexoraException ended(String before) {
    return new FlexoraException(
        "Spark's driver ended before %s; the end of %s:\n%s"
            .formatted(before, log, String.join("\n", ProcessEnd.lastLines(log))));
  }

  private List<String> command() {
    List<String> path = new ArrayList<>();
    for (String name : List.of("SPARK_CONF_DIR", "HADOOP_CONF_DIR", "YARN_CONF_DIR")) {
      Optional.ofNullable(System.getenv(name)).ifPresent(path::add);
    }
    path.add(place.resolve("driver.jar").toString());
    path.add(jars.resolve("*").toString());
    return Stream.of(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
            options.driverJavaOptions(),
            List.of("-cp", path.stream().collect(Collectors.joining(File.pathSeparator)), MAIN))
        .flatMap(List::stream)
        .toList();
  }

  private void end() {
    driver.ifPresent(DriverProcess::close);
    driver = Optional.empty();
  }

  @Override
  public void close() {
    end();
    try {
      DurableFolder.delete(place);
    } catch (IOException e) {
      // A temporary folder, which the system removes.
    }
  }
}
