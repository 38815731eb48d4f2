package io.flexora.comparison.judge;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** The number of examples that shares were counted on, where the answers are not kept. */
final class ExampleCount {

  /** With fewer digits a share may have been rounded, and tell of another number. */
  private static final int DIGITS = 14;

  private static final long MOST = 20_000;
  private static final double ROUNDING = 1e-9;

  private ExampleCount() {}

  /**
   * The number that is given; or else the least one of which all values are multiples, if at least
   * one of them is written in full.
   */
  static OptionalLong of(List<ForeignCell> cells, JudgeOptions options) {
    List<ForeignCell> whole = cells.stream().filter(ForeignCell::hasValue).toList();
    if (options.examples().isPresent() || whole.isEmpty()) {
      return whole.isEmpty() ? OptionalLong.empty() : options.examples();
    }
    double[] shares = whole.stream().mapToDouble(cell -> cell.value().orElseThrow()).toArray();
    boolean full = false;
    for (double share : shares) {
      full |= Double.toString(share).length() >= DIGITS;
    }
    return full
        ? LongStream.rangeClosed(2, MOST).filter(count -> isOf(count, shares)).findFirst()
        : OptionalLong.empty();
  }

  private static boolean isOf(long count, double[] shares) {
    for (double share : shares) {
      double right = share * count;
      if (Math.abs(right - Math.rint(right)) > ROUNDING * count) {
        return false;
      }
    }
    return true;
  }
}
