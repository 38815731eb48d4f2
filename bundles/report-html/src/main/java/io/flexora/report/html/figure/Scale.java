package io.flexora.report.html.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A linear axis with round ends.
 *
 * @param min the lower end
 * @param max the upper end
 * @param step the distance of the ticks
 */
public record Scale(double min, double max, double step) {

  private static final int INTERVALS = 5;

  /** A tick at a place from 0 to 100 percent of the axis. */
  public record Tick(String at, String label) {}

  /** The axis that holds all values. */
  public static Scale around(DoubleStream values) {
    var range = values.filter(Double::isFinite).summaryStatistics();
    if (range.getCount() == 0) {
      return new Scale(0, 1, 0.2);
    }
    double width = Math.max(range.getMax() - range.getMin(), Math.abs(range.getMax()) * 1e-3);
    double step = round(Math.max(width, 1e-9) / INTERVALS);
    double min = Math.floor(range.getMin() / step + 1e-9) * step;
    double max = Math.ceil(range.getMax() / step - 1e-9) * step;
    if (max > min) {
      return new Scale(min, max, step);
    }
    // All values are one: towards 0, as shares end at 1.
    return max > 0 ? new Scale(max - step, max, step) : new Scale(min, min + step, step);
  }

  /**
   * The axis that holds all but the highest hundredth of the values: the first steps of a training
   * may lie far above the rest.
   */
  public static Scale aroundMost(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return around(Arrays.stream(sorted, 0, (int) Math.ceil(sorted.length * 0.99)));
  }

  /** Where a value lies, as a CSS percentage. */
  public String at(double value) {
    return percent((value - min) / (max - min));
  }

  /** How far apart two values lie, as a CSS percentage. */
  public String span(double from, double to) {
    return percent(Math.abs(to - from) / (max - min));
  }

  /** The ticks from end to end. */
  public List<Tick> ticks() {
    int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; min + i * step <= max + step / 2; i++) {
      double value = min + i * step;
      ticks.add(new Tick(at(value), Numerals.fixed(value, decimals)));
    }
    return ticks;
  }

  private static double round(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double digit = step / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  private static String percent(double share) {
    return String.format(java.util.Locale.ROOT, "%.2f%%", share * 100);
  }
}
