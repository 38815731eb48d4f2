package io.flexora.statistics;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/**
 * How much the sets that were chosen again and again, such as the layers with each seed, are the
 * same.
 *
 * @since 0.1
 */
public final class ChoiceStability {

  private ChoiceStability() {}

  /**
   * The mean of Jaccard's index (Jaccard, Bulletin de la Société vaudoise des sciences naturelles
   * 1901), |A ∩ B| / |A ∪ B|, over all pairs of sets; 1 for two empty sets.
   *
   * @return empty for fewer than two sets
   */
  public static OptionalDouble jaccard(List<? extends Set<Integer>> sets) {
    return overPairs(sets, ChoiceStability::jaccard);
  }

  private static double jaccard(Set<Integer> first, Set<Integer> second) {
    Set<Integer> both = new HashSet<>(first);
    both.retainAll(second);
    return index(both.size(), first.size(), second.size());
  }

  private static double index(int shared, int first, int second) {
    int either = first + second - shared;
    return either == 0 ? 1 : (double) shared / either;
  }

  /**
   * What {@link #jaccard(List)} is on average if sets of these sizes are drawn at random: the
   * number of shared elements of two of them is hypergeometric, and the index's expectation is
   * summed exactly.
   *
   * @param elements how many elements there are to choose from
   * @return empty for fewer than two sets
   * @throws IllegalArgumentException if a set has more than that many elements
   */
  public static OptionalDouble jaccardByChance(List<? extends Set<Integer>> sets, int elements) {
    sets.forEach(
        set -> {
          if (set.size() > elements) {
            throw new IllegalArgumentException(set.size() + " of " + elements + " elements");
          }
        });
    return overPairs(sets, (a, b) -> expected(a.size(), b.size(), elements));
  }

  private static double expected(int first, int second, int elements) {
    if (elements == 0) {
      return 1;
    }
    HypergeometricDistribution shared = new HypergeometricDistribution(elements, first, second);
    return IntStream.rangeClosed(shared.getSupportLowerBound(), shared.getSupportUpperBound())
        .mapToDouble(k -> shared.probability(k) * index(k, first, second))
        .sum();
  }

  private static OptionalDouble overPairs(
      List<? extends Set<Integer>> sets, ToDoubleBiFunction<Set<Integer>, Set<Integer>> statistic) {
    return IntStream.range(0, sets.size())
        .boxed()
        .flatMapToDouble(
            i ->
                IntStream.range(0, i)
                    .mapToDouble(j -> statistic.applyAsDouble(sets.get(i), sets.get(j))))
        .average();
  }

  /**
   * How often each element was chosen.
   *
   * @return for each of the elements, from 0, the share of the sets that have it; empty if there
   *     are no sets
   */
  public static List<Double> frequencies(List<? extends Collection<Integer>> sets, int elements) {
    if (sets.isEmpty()) {
      return List.of();
    }
    return IntStream.range(0, elements)
        .mapToObj(e -> sets.stream().filter(set -> set.contains(e)).count() / (double) sets.size())
        .toList();
  }
}
