package io.flexora.comparison.analysis;

import io.flexora.statistics.Sample;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A value of each example. Columns that share their list of IDs are paired without a look at these.
 *
 * @since 0.1
 */
public final class ExampleColumn {

  private final List<String> ids;
  private final double[] values;

  /**
   * Pairs IDs with values.
   *
   * @param ids the IDs, each of them once
   * @throws IllegalArgumentException if there are not as many of both
   */
  public ExampleColumn(List<String> ids, double[] values) {
    if (ids.size() != values.length) {
      throw new IllegalArgumentException(ids.size() + " examples and " + values.length + " values");
    }
    this.ids = ids;
    this.values = values.clone();
  }

  static ExampleColumn of(Map<String, Double> byExample) {
    return new ExampleColumn(
        List.copyOf(byExample.keySet()),
        byExample.values().stream().mapToDouble(value -> value).toArray());
  }

  int size() {
    return values.length;
  }

  /** The mean and the spread of the values; empty where there are none. */
  public Optional<Sample> sample() {
    return Sample.of(values);
  }

  DoubleStream values() {
    return DoubleStream.of(values);
  }

  /** Whether both have values of the same examples, in whatever order. */
  boolean hasExamplesOf(ExampleColumn other) {
    return isInOrderOf(other)
        || (size() == other.size() && new HashSet<>(ids).equals(new HashSet<>(other.ids)));
  }

  /** The values in the order of another column that has the same examples. */
  double[] inOrderOf(ExampleColumn other) {
    if (isInOrderOf(other)) {
      return values;
    }
    Map<String, Double> byId = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      byId.put(ids.get(i), values[i]);
    }
    return other.ids.stream().mapToDouble(byId::get).toArray();
  }

  private boolean isInOrderOf(ExampleColumn other) {
    return ids == other.ids || ids.equals(other.ids);
  }
}
