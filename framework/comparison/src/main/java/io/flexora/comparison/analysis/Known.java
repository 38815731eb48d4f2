package io.flexora.comparison.analysis;

import io.flexora.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What is known as JSON holds it, and null in place of the rest. */
final class Known {

  private Known() {}

  static Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }

  static Double number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : null;
  }

  static Long whole(OptionalInt value) {
    return value.isPresent() ? Long.valueOf(value.getAsInt()) : null;
  }

  static List<Double> bounds(Interval interval) {
    return Arrays.asList(interval.low(), interval.high());
  }
}
