package io.flexora.runner.process;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.JavaOptions;
import java.time.Duration;
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
                    + " where that is set, and otherwise the cores divided by parallel, even if"
                    + " fewer cells run. Numbers repeat bit for bit at the same number of threads"
                    + " only",
            byDefault = "auto")
        String threads,
    @Option(
            doc =
                "Whether one process runs several cells in turn; with false each cell has"
                    + " its own process, whose peak memory is that of the cell",
            byDefault = "true")
        boolean reuse,
    @Inline JavaOptions ofJava,
    @Option(
            doc =
                "time limit of a cell, such as 30m, after which it is stopped and counts as"
                    + " failed",
            min = 0,
            minExclusive = true)
        Optional<Duration> timeLimit) {

  private static final String AUTO = "auto";

  /**
   * Checks the texts.
   *
   * @throws IllegalArgumentException if one of them cannot be read
   */
  public ProcessOptions {
    requireCount("parallel", parallel);
    requireCount("threads", threads);
  }

  private static void requireCount(String name, String written) {
    OptionException.require(
        name,
        written.equals(AUTO) || written.matches("[1-9]\\d{0,3}"),
        written,
        "neither 'auto' nor a number from 1 to 9999");
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
}
