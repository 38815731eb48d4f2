package io.flexora.dataset.files.select;

import io.flexora.api.plugin.Option;
import io.flexora.api.run.JavaOptions;
import io.flexora.files.machine.MemorySize;
import java.time.Duration;
import java.util.Optional;

/** The time and memory that a row filter may take. */
public record ConditionLimits(
    @Option(doc = "Time limit.", byDefault = "10m", min = 0, minExclusive = true) Duration time,
    @Option(
            doc =
                "Memory limit, such as 800m or 2g; it holds the rows, too. Default: half of the"
                    + " free memory.")
        Optional<String> memory) {

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is none
   */
  public ConditionLimits {
    memory.ifPresent(size -> JavaOptions.requireSize("memory", size));
  }

  /** How much memory there is. */
  MemorySize size() {
    return memory.map(MemorySize::parse).orElseGet(MemorySize::halfOfFree);
  }
}
