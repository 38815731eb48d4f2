package io.flexora.selector.dynamic;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Draws without replacement. */
final class Draws {

  private Draws() {}

  /**
   * Draws one after the other, each of those that are left with a probability in proportion to its
   * weight, as PyTorch's {@code multinomial} does.
   *
   * @param weight a positive number for each
   * @param count how many, at most as many as there are
   * @return ascending
   */
  static List<Integer> weighted(
      SplittableRandom random, List<Integer> from, ToDoubleFunction<Integer> weight, int count) {
    List<Integer> left = new ArrayList<>(from);
    List<Integer> drawn = new ArrayList<>();
    while (drawn.size() < count) {
      double point = random.nextDouble() * left.stream().mapToDouble(weight).sum();
      int at = 0;
      for (point -= weight.applyAsDouble(left.get(at)); point >= 0 && at < left.size() - 1; ) {
        at++;
        point -= weight.applyAsDouble(left.get(at));
      }
      drawn.add(left.remove(at));
    }
    return drawn.stream().sorted().toList();
  }

  /** Draws with equal weights. */
  static List<Integer> uniform(SplittableRandom random, List<Integer> from, int count) {
    return shuffled(random, from).subList(0, count).stream().sorted().toList();
  }

  /** Draws all of them, in the order in which they come. */
  static <T> List<T> shuffled(SplittableRandom random, List<T> from) {
    List<T> left = new ArrayList<>(from);
    List<T> drawn = new ArrayList<>();
    while (!left.isEmpty()) {
      drawn.add(left.remove(random.nextInt(left.size())));
    }
    return drawn;
  }
}
