package io.flexora.comparison.judge;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A result from elsewhere: a strategy on a model and a task with a seed. */
final class ForeignCell {

  /** The cell that a value belongs to. */
  record Key(String model, String task, String strategy, long seed) {

    /** The key in words. */
    String words() {
      return "%s with seed %d on %s, %s".formatted(strategy, seed, task, model);
    }
  }

  private static final int FIRST = 64;

  /** Squares of values, and their sums, are finite. */
  private static final double MOST = 1e100;

  private final Key key;
  private final Path file;
  private final ForeignTask task;
  private final BitSet known = new BitSet();
  private int[] examples = new int[FIRST];
  private double[] values = new double[FIRST];
  private int size;
  private OptionalDouble value = OptionalDouble.empty();
  private OptionalDouble error = OptionalDouble.empty();
  private OptionalLong count = OptionalLong.empty();
  private long parameters;
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  ForeignCell(Key key, Path file, ForeignTask task) {
    this.key = key;
    this.file = file;
    this.task = task;
  }

  Key key() {
    return key;
  }

  /** Whether a value is a finite number that can be calculated with. */
  static boolean isUsable(double value) {
    return Math.abs(value) <= MOST;
  }

  /** The file that has it, or its first value. */
  Path file() {
    return file;
  }

  /** Whether it has a value already that this one would contradict. */
  boolean has(String example) {
    return known.get(task.place(example));
  }

  ForeignTask task() {
    return task;
  }

  boolean hasValue() {
    return value.isPresent();
  }

  int size() {
    return size;
  }

  /** Adds the value of an example that it does not have. */
  void add(String example, double of) {
    int place = task.place(example);
    known.set(place);
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
      examples = Arrays.copyOf(examples, 2 * size);
    }
    examples[size] = place;
    values[size++] = of;
  }

  /**
   * Sets the value of all examples, which are not told.
   *
   * @throws FlexoraException if it is no finite number
   */
  void set(double whole) {
    if (!isUsable(whole)) {
      throw new FlexoraException(
          "%s: the value of %s is no finite number between -1e100 and 1e100"
              .formatted(file, key.words()));
    }
    value = OptionalDouble.of(whole);
  }

  /** Sets what a file tells of the noise; what cannot be is unknown. */
  void set(OptionalDouble standardError, OptionalLong examplesCounted) {
    error = standardError.stream().filter(told -> told >= 0 && isUsable(told)).findFirst();
    count = examplesCounted.stream().filter(told -> told > 0).findFirst();
  }

  void costs(long trained, Map<String, Double> times) {
    parameters = trained;
    seconds.putAll(times);
  }

  OptionalDouble value() {
    return value;
  }

  OptionalDouble error() {
    return error;
  }

  OptionalLong count() {
    return count;
  }

  long parameters() {
    return parameters;
  }

  Map<String, Double> seconds() {
    return seconds;
  }

  /** The places of its examples in the task. */
  BitSet places() {
    return (BitSet) known.clone();
  }

  /**
   * The values of some of its examples.
   *
   * @param order the number of each example that counts, by its place; -1 for others
   */
  double[] values(int[] order, int counted) {
    double[] ordered = new double[counted];
    for (int i = 0; i < size; i++) {
      int to = order[examples[i]];
      if (to >= 0) {
        ordered[to] = values[i];
      }
    }
    return ordered;
  }

  /** Whether each value lies between 0 and 1. */
  boolean isFraction() {
    return value.stream().allMatch(v -> v >= 0 && v <= 1)
        && Arrays.stream(values, 0, size).allMatch(v -> v >= 0 && v <= 1);
  }

  /** Whether no value is below 0. */
  boolean isPositive() {
    return value.orElse(0) >= 0 && Arrays.stream(values, 0, size).allMatch(v -> v >= 0);
  }
}
