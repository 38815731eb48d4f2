package io.flexora.comparison.analysis;

import io.flexora.statistics.Interval;
import io.flexora.statistics.Sample;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/** Numbers of a metric as sentences have them: fractions in points or percent. */
record MetricText(GroupMetric metric) {

  /** A difference, such as {@code +0.4 points (-1.1 to +1.9)}, or without an interval. */
  String difference(double difference, Optional<Interval> interval) {
    String unit = metric.percent() ? " points" : " in " + metric.name();
    return signed(difference)
        + unit
        + interval
            .map(metric::clipDifference)
            .map(i -> " (" + signed(i.low()) + " to " + signed(i.high()) + ")")
            .orElse("");
  }

  /** A mean, such as {@code accuracy 73.1 % (72.0 to 74.2)}. */
  String mean(Sample sample) {
    Optional<Interval> interval = SeedInference.interval(sample).map(metric::clip);
    String unit = metric.percent() ? " %" : "";
    return metric.name()
        + " "
        + plain(sample.mean())
        + unit
        + interval.map(i -> " (" + plain(i.low()) + " to " + plain(i.high()) + ")").orElse("");
  }

  /** A margin, such as {@code 0.5 points} or {@code 0.05 in loss}. */
  String margin(double margin) {
    String text = number(metric.percent() ? 100 * margin : margin);
    String points = text.equals("1") ? " point" : " points";
    return text + (metric.percent() ? points : " in " + metric.name());
  }

  /** A number as it was written, but for the rounding of its binary form. */
  static String number(double value) {
    return rounded(value, 10);
  }

  /** A p-value, such as {@code p = 0.0123}. */
  static String p(double p) {
    return p < 0.001 ? "p < 0.001" : "p = " + rounded(p, 3);
  }

  private String signed(double value) {
    String plain = plain(value);
    return plain.startsWith("-") || plain.matches("[0.]*") ? plain : "+" + plain;
  }

  private String plain(double value) {
    if (!metric.percent()) {
      return rounded(value, 3);
    }
    // One decimal, or two where one would make nothing of it, or twice as much.
    double points = 100 * value;
    String text = String.format(Locale.ROOT, Math.abs(points) < 0.1 ? "%.2f" : "%.1f", points);
    return text.matches("-?0\\.0+") ? "0.0" : text;
  }

  private static String rounded(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value, new MathContext(digits, RoundingMode.HALF_EVEN));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
