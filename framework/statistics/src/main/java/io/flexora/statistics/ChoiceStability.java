package io.flexora.statistics;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/**
 * The stability of sets that were chosen again and again, such as the layers with each seed.
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
    return ChoiceStability.<Set<Integer>>overPairs(sets, ChoiceStability::jaccardOf);
  }

  /** Sets as bits: with a thousand seeds there are half a million pairs. */
  private static OfPair jaccardOf(List<Set<Integer>> sets) {
    Map<Integer, Integer> places = new HashMap<>();
    sets.forEach(set -> set.forEach(element -> places.putIfAbsent(element, places.size())));
    long[][] bits = new long[sets.size()][(places.size() + Long.SIZE - 1) / Long.SIZE];
    for (int i = 0; i < bits.length; i++) {
      for (int element : sets.get(i)) {
        int place = places.get(element);
        bits[i][place / Long.SIZE] |= 1L << place;
      }
    }
    int[] sizes = sets.stream().mapToInt(Set::size).toArray();
    return (i, j) -> index(shared(bits[i], bits[j]), sizes[i], sizes[j]);
  }

  private static int shared(long[] first, long[] second) {
    int shared = 0;
    for (int i = 0; i < first.length; i++) {
      shared += Long.bitCount(first[i] & second[i]);
    }
    return shared;
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
    return ChoiceStability.<Integer>overPairs(
        sets.stream().map(Set::size).toList(),
        sizes -> (i, j) -> expected(sizes.get(i), sizes.get(j), elements));
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

  /** A statistic of two of some things, by their places. */
  private interface OfPair {
    double of(int first, int second);
  }

  /** The mean over all pairs; a pair of equal things is looked at once, as often as it is there. */
  private static <T> OptionalDouble overPairs(
      List<? extends T> all, Function<List<T>, OfPair> statistic) {
    if (all.size() < 2) {
      return OptionalDouble.empty();
    }
    Map<T, Long> counts = new LinkedHashMap<>();
    all.forEach(one -> counts.merge(one, 1L, Long::sum));
    OfPair of = statistic.apply(List.copyOf(counts.keySet()));
    long[] times = counts.values().stream().mapToLong(Long::longValue).toArray();
    double sum = 0;
    for (int i = 0; i < times.length; i++) {
      sum += times[i] > 1 ? pairs(times[i]) * of.of(i, i) : 0;
      for (int j = 0; j < i; j++) {
        sum += times[i] * times[j] * of.of(i, j);
      }
    }
    return OptionalDouble.of(sum / pairs(all.size()));
  }

  private static double pairs(long count) {
    return count * (count - 1) / 2.0;
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
