package io.flexora.files.machine;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory as a user writes it.
 *
 * @param bytes how much
 * @since 0.1
 */
public record MemorySize(long bytes) {

  private static final Pattern WRITTEN = Pattern.compile("([1-9]\\d{0,8})([kmgt])");

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
    Matcher matcher = WRITTEN.matcher(written.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no size of memory, such as 800m or 2g".formatted(written));
    }
    int bits = 10 * (1 + UNITS.indexOf(matcher.group(2)));
    return new MemorySize(Long.parseLong(matcher.group(1)) << bits);
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
