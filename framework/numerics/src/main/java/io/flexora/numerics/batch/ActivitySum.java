package io.flexora.numerics.batch;

import io.flexora.api.ability.LayerActivity;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/**
 * The activity of layers over several batches, as if they were one.
 *
 * @since 0.1
 */
public final class ActivitySum {

  private LayerActivity sum;

  /** Starts without a batch. */
  public ActivitySum() {
    // The first batch tells the number of layers and modules.
  }

  /** Adds that of a batch of the same model. */
  public void add(LayerActivity part) {
    sum = sum == null ? part : plus(sum, part);
  }

  /**
   * That of all batches.
   *
   * @throws IllegalStateException if there was none
   */
  public LayerActivity value() {
    if (sum == null) {
      throw new IllegalStateException("there was no batch");
    }
    return sum;
  }

  private static LayerActivity plus(LayerActivity a, LayerActivity b) {
    return new LayerActivity(
        a.tokens() + b.tokens(),
        each(a.adapterSquares(), b.adapterSquares(), ActivitySum::plus),
        each(a.frozenSquares(), b.frozenSquares(), ActivitySum::plus),
        plus(a.angles(), b.angles()));
  }

  private static List<Double> plus(List<Double> a, List<Double> b) {
    return each(a, b, Double::sum);
  }

  private static <T> List<T> each(List<T> a, List<T> b, BinaryOperator<T> plus) {
    return IntStream.range(0, a.size()).mapToObj(i -> plus.apply(a.get(i), b.get(i))).toList();
  }
}
