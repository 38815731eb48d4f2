package io.flexora.files.machine;

import io.flexora.api.run.JavaOptions;

/**
 * An amount of memory as a user writes it.
 *
 * @param bytes how much
 * @since 0.1
 */
public record MemorySize(long bytes) {

  private static final String UNITS = "kmgt";
  private static final int MEBIBYTE_BITS = 20;
  private static final long LEAST = 64L << MEBIBYTE_BITS;
  private static final long MOST = 1L << 40;

  /**
   * Reads a size such as {@code 800m} or {@code 2g}, in powers of 1024.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static MemorySize parse(String written) {
    if (!JavaOptions.isSize(written)) {
      throw new IllegalArgumentException(
          "'%s' is no size of memory, such as 800m or 2g".formatted(written));
    }
    int last = written.length() - 1;
    int bits = 10 * (1 + UNITS.indexOf(Character.toLowerCase(written.charAt(last))));
    return new MemorySize(Long.parseLong(written.substring(0, last)) << bits);
  }

  /** Half of what is free on this machine now, between 64 MiB and a tebibyte. */
  public static MemorySize halfOfFree() {
    return new MemorySize(Math.min(MOST, Math.max(LEAST, FreeMemory.bytes() / 2)));
  }

  /** It in whole MiB. */
  public long mebibytes() {
    return bytes >> MEBIBYTE_BITS;
  }
}
