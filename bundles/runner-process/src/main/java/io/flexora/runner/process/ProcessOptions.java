package io.flexora.runner.process;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options of {@code process}. */
public record ProcessOptions(
    @Option(
            doc =
                "number of concurrent cells, or auto: as many as half the processor cores and"
                    + " the free memory allow, at least one",
            byDefault = "auto")
        String parallel,
    @Option(
            doc =
                "processor threads of PyTorch in each cell: a number, or auto for OMP_NUM_THREADS"
                    + " where that is set, and an equal share of the cores otherwise. Numbers repeat"
                    + " bit for bit at the same number of threads only",
            byDefault = "auto")
        String threads,
    @Option(
            doc =
                "maximum Java heap of each cell, such as 2g or 800m; as in this process by"
                    + " default. PyTorch's memory is not part of it")
        Optional<String> maxHeap,
    @Option(doc = "further JVM options of each cell, such as -Xss2m", byDefault = "[]")
        List<String> javaOptions,
    @Option(
            doc =
                "time limit of a cell, such as 30m, after which it is stopped and counts as"
                    + " failed",
            min = 0,
            minExclusive = true)
        Optional<Duration> timeLimit) {

  private static final String AUTO = "auto";

  /**
   * Copies the list and checks the texts.
   *
   * @throws IllegalArgumentException if one of them cannot be read
   */
  public ProcessOptions {
    javaOptions = List.copyOf(javaOptions);
    requireCount("parallel", parallel);
    requireCount("threads", threads);
    maxHeap.ifPresent(ProcessOptions::requireSize);
    for (String option : javaOptions) {
      if (!option.startsWith("-")) {
        throw OptionException.of(
            "java_options",
            "java_options: '%s' is no option of Java, such as -Xss2m".formatted(option));
      }
    }
  }

  private static void requireCount(String name, String written) {
    if (!written.equals(AUTO) && !written.matches("[1-9]\\d{0,3}")) {
      throw OptionException.of(
          name, "%s: '%s' is neither 'auto' nor a number from 1 to 9999".formatted(name, written));
    }
  }

  private static void requireSize(String written) {
    if (!written.matches("[1-9]\\d{0,8}[kmgtKMGT]")) {
      throw OptionException.of(
          "max_heap", "max_heap: '%s' is no size, such as 800m or 2g".formatted(written));
    }
  }

  /** The number of cells at a time, where one is written. */
  Optional<Integer> cells() {
    return count(parallel);
  }

  /** The number of threads of a cell, where one is written. */
  Optional<Integer> cellThreads() {
    return count(threads);
  }

  private static Optional<Integer> count(String written) {
    return written.equals(AUTO) ? Optional.empty() : Optional.of(Integer.valueOf(written));
  }

  /** All that is said to the Java virtual machine of a cell. */
  List<String> java() {
    List<String> all = new ArrayList<>();
    maxHeap.ifPresent(size -> all.add("-Xmx" + size));
    all.addAll(javaOptions);
    return all;
  }
}
