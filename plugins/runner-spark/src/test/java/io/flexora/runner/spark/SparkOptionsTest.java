package io.flexora.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.JavaOptions;
import io.flexora.api.run.Runner;
import io.flexora.testkit.host.SuiteHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkOptionsTest {

  @TempDir Path folder;

  private static SparkOptions options(String master, List<String> conf) {
    return new SparkOptions(
        master,
        Optional.empty(),
        conf,
        2,
        Optional.of("8g"),
        "512m",
        Optional.of(10),
        3,
        Duration.ofMinutes(2),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new JavaOptions(Optional.of("2g"), List.of("-Xss2m")),
        List.of("-Xmx1g"));
  }

  @Test
  void oneCellAtATimeInEachExecutorAndNoneTriedAgainBySpark() {
    assertThat(
            options("yarn", List.of("spark.ui.enabled=true", "spark.speculation=true"))
                .settings("x"))
        .containsEntry("spark.executor.cores", "2")
        .containsEntry("spark.task.cpus", "2")
        .containsEntry("spark.cores.max", "20")
        .containsEntry("spark.executor.instances", "10")
        .containsEntry("spark.executor.memoryOverhead", "8g")
        .containsEntry("spark.task.maxFailures", "1")
        .containsEntry("spark.speculation", "false")
        .containsEntry("spark.ui.enabled", "true");
  }

  @Test
  void aStandaloneClusterReservesTheMemoryOfACellWithThatOfItsExecutor() {
    assertThat(options("spark://head:7077", List.of()).settings("x"))
        .containsEntry("spark.executor.memory", "8704m")
        .doesNotContainKey("spark.executor.memoryOverhead");
    assertThat(options("spark://head:7077", List.of("spark.executor.memory=9g")).settings("x"))
        .containsEntry("spark.executor.memory", "9g");
  }

  @Test
  void whatIsNoMasterAndNoSettingIsRefused() {
    assertThatThrownBy(() -> options("localhost:7077", List.of()))
        .hasMessageContaining("master: 'localhost:7077' is no master of Spark");
    assertThatThrownBy(() -> options("yarn", List.of("cores=2")))
        .hasMessageContaining("conf: 'cores=2' is no setting of Spark");
  }

  @Test
  void aFolderWithoutSparkIsToldBeforeThereIsACell() {
    try (SuiteHost host = SuiteHost.start(folder.resolve("cache"), List.of())) {
      Runner runner =
          host.extension(
              Runner.class,
              "{use: spark, master: yarn, spark_home: '%s'}".formatted(folder),
              host.services(1));
      assertThatThrownBy(
              () -> Compatibility.require(runner::checkCompatibility, options -> options))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("finds no Spark in " + folder)
          .hasMessageContaining("spark_home");
    }
  }
}
