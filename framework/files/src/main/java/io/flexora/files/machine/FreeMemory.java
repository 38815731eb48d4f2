package io.flexora.files.machine;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The memory that can be allocated without swapping, as Linux tells it: that of the machine, and
 * within the limit of a container (cgroup v2).
 *
 * @since 0.1
 */
public final class FreeMemory {

  private FreeMemory() {}

  /** The bytes that are free here; the largest number if that is unknown. */
  public static long bytes() {
    return bytes(Path.of("/"));
  }

  /**
   * The bytes that are free.
   *
   * @param root the folder of {@code proc} and {@code sys}
   */
  static long bytes(Path root) {
    long system =
        number(root.resolve("proc/meminfo"), "MemAvailable:").orElse(Long.MAX_VALUE / 1024) * 1024;
    Path container = root.resolve("sys/fs/cgroup");
    OptionalLong limit = number(container.resolve("memory.max"), "");
    if (limit.isEmpty()) {
      return system;
    }
    // Pages of files that nobody has read lately count as used, but are given back when needed.
    long used =
        number(container.resolve("memory.current"), "").orElse(0)
            - number(container.resolve("memory.stat"), "inactive_file ").orElse(0);
    return Math.min(system, Math.max(0, limit.getAsLong() - used));
  }

  /** The number in the first line that begins so; empty if there is none. */
  private static OptionalLong number(Path file, String beginning) {
    try {
      return RegularFile.lines(file).stream()
          .filter(line -> line.startsWith(beginning))
          .limit(1)
          .map(line -> line.substring(beginning.length()).replaceAll("[^0-9]", ""))
          .filter(digits -> !digits.isEmpty())
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
