package io.flexora.model.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process, native memory included, as Linux counts it. */
final class PeakMemory {
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final Path STATUS = Path.of("/proc/self/status");

  private PeakMemory() {}

  /** Whether the peak can be read, and be set back to what is resident. */
  static boolean measurable() {
    try {
      reset();
      return peak() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** How far the resident memory rises at most above where it is now, in KiB. */
  static long growth(Runnable work) throws IOException {
    reset();
    long before = peak();
    work.run();
    return peak() - before;
  }

  private static void reset() throws IOException {
    Files.writeString(RESET, "5");
  }

  private static long peak() throws IOException {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    }
  }
}
