package io.flexora.runner.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What this machine has to share.
 *
 * @param cores its processor cores
 * @param freeBytes the memory that can be allocated without swapping, also within the limit of a
 *     container; the largest number if that is unknown
 */
record Machine(int cores, long freeBytes) {

  static Machine here() {
    return new Machine(Runtime.getRuntime().availableProcessors(), freeBytes(Path.of("/")));
  }

  static long freeBytes(Path root) {
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
      return Files.readAllLines(file).stream()
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
