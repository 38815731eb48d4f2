package io.flexora.runner.spark;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.JavaOptions;
import io.flexora.files.machine.MemorySize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of {@code spark}. */
public record SparkOptions(
    @Option(
            doc =
                "the master of the cluster as Spark writes it: spark://HOST:7077, yarn or"
                    + " k8s://https://HOST:PORT")
        String master,
    @Option(
            doc =
                "the folder of Spark, whose jars have to be of the cluster's version; that of the"
                    + " variable SPARK_HOME by default")
        Optional<Path> sparkHome,
    @Option(
            doc = "further settings of Spark, such as spark.kubernetes.container.image=flexora:1",
            byDefault = "[]")
        List<String> conf,
    @Option(
            doc =
                "processor cores of each cell, and threads of PyTorch in it. Numbers repeat bit for"
                    + " bit at the same number of threads only",
            byDefault = "1",
            min = 1)
        int cpus,
    @Option(
            doc =
                "memory of each cell, such as 8g, which an executor asks for beside its own"
                    + " (spark.executor.memoryOverhead on YARN and Kubernetes; otherwise part of"
                    + " spark.executor.memory)")
        Optional<String> memory,
    @Option(
            doc = "memory of the Java virtual machine of each executor, at least 512m",
            byDefault = "512m")
        String executorMemory,
    @Option(doc = "most cells at a time; as many as the cluster gives executors otherwise", min = 1)
        Optional<Integer> parallel,
    @Option(
            doc = "most attempts at a cell whose executor or driver is lost",
            byDefault = "3",
            min = 1)
        int attempts,
    @Option(
            doc = "how long the cluster may take to start the first executor, such as 2m",
            byDefault = "2m",
            min = 0,
            minExclusive = true)
        Duration startTimeout,
    @Option(
            doc =
                "time limit of a cell, such as 30m, after which it is stopped and counts as"
                    + " failed",
            min = 0,
            minExclusive = true)
        Optional<Duration> timeLimit,
    @Option(doc = "Java's launcher on the executors' machines; the executor's own by default")
        Optional<String> java,
    @Option(
            doc =
                "the folder in which Flexora is installed on the executors' machines, if that is"
                    + " another one than here")
        Optional<Path> home,
    @Inline JavaOptions ofJava,
    @Option(doc = "JVM options of Spark's driver", byDefault = "[-Xmx1g]")
        List<String> driverJavaOptions) {

  /**
   * Copies the lists and checks the texts.
   *
   * @throws IllegalArgumentException if one of them cannot be read
   */
  public SparkOptions {
    conf = List.copyOf(conf);
    driverJavaOptions = List.copyOf(driverJavaOptions);
    OptionException.require(
        "master",
        master.matches("(spark|k8s)://.+|yarn|local(-cluster)?(\\[.*\\])?"),
        master,
        "no master of Spark, such as spark://HOST:7077, yarn or k8s://https://HOST:PORT");
    memory.ifPresent(size -> JavaOptions.requireSize("memory", size));
    JavaOptions.requireSize("executor_memory", executorMemory);
    conf.forEach(
        setting ->
            OptionException.require(
                "conf",
                setting.matches("spark\\.[^=\\s]+=.*"),
                setting,
                "no setting of Spark, such as spark.dynamicAllocation.enabled=true"));
    JavaOptions.requireWords("driver_java_options", driverJavaOptions);
  }

  /** The settings of the application: one cell at a time in each executor, and none tried again. */
  Map<String, String> settings(String name) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.app.name", name);
    settings.put("spark.master", master);
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.executor.cores", String.valueOf(cpus));
    settings.put("spark.executor.memory", executorMemory);
    memory.ifPresent(size -> settings.putAll(withMemory(size)));
    parallel.ifPresent(
        most -> {
          settings.put("spark.cores.max", String.valueOf((long) most * cpus));
          settings.put("spark.executor.instances", String.valueOf(most));
        });
    conf.forEach(
        setting -> {
          int equals = setting.indexOf('=');
          settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        });
    // Whether a cell is tried again is decided here, with a folder of its own.
    settings.put("spark.task.cpus", String.valueOf(cpus));
    settings.put("spark.task.maxFailures", "1");
    settings.put("spark.stage.maxConsecutiveAttempts", "1");
    settings.put("spark.speculation", "false");
    return settings;
  }

  private Map<String, String> withMemory(String size) {
    if (master.matches("(yarn|k8s).*")) {
      return Map.of("spark.executor.memoryOverhead", size);
    }
    // A standalone cluster reserves no more than the heap, of which an executor itself uses little.
    long both = MemorySize.parse(executorMemory).mebibytes() + MemorySize.parse(size).mebibytes();
    return Map.of("spark.executor.memory", both + "m");
  }
}
