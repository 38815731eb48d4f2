package io.flexora.dataset.wordnet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** The distribution of rows over classes. */
public enum Distribution {
  /** As many of each class; where a class has too few, the others share what is missing. */
  BALANCED {
    @Override
    int[] quotas(int[] available, int total) {
      int[] quotas = new int[available.length];
      int[] ascending = order(available.length, c -> available[c]);
      int left = total;
      for (int i = 0; i < ascending.length; i++) {
        int share = left / (ascending.length - i);
        quotas[ascending[i]] = Math.min(available[ascending[i]], share);
        left -= quotas[ascending[i]];
      }
      return quotas;
    }
  },
  /** In proportion to what there is of each class, rounded by largest remainder. */
  NATURAL {
    @Override
    int[] quotas(int[] available, int total) {
      long all = IntStream.of(available).asLongStream().sum();
      int[] quotas =
          IntStream.of(available).map(n -> (int) ((long) n * total / Math.max(1, all))).toArray();
      int[] byRemainder =
          order(available.length, c -> -((long) available[c] * total % Math.max(1, all)));
      int missing = total - IntStream.of(quotas).sum();
      for (int i = 0; i < missing; i++) {
        quotas[byRemainder[i]]++;
      }
      return quotas;
    }
  };

  /**
   * Says how many rows of each class to take.
   *
   * @param available how many there are of each class
   * @param total how many to take in all, at most as many as there are
   */
  abstract int[] quotas(int[] available, int total);

  /** The classes by ascending key; those of equal keys in their own order. */
  private static int[] order(int classes, IntToLongFunction key) {
    Integer[] order = IntStream.range(0, classes).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingLong(key::applyAsLong));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
