package io.flexora.selector.scored;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks in proportion to weights under a budget of parameters: at least 1, at most a module's
 * smaller side, the largest remainders rounded up as long as the budget lasts.
 */
final class RankShares {

  private static final int HALVINGS = 200;

  private RankShares() {}

  /**
   * A module.
   *
   * @param weight not negative
   * @param price the parameters of a rank
   * @param most the highest rank
   */
  record Place(double weight, long price, int most) {

    double share(double scale) {
      return Math.max(1, Math.min(most, scale * weight));
    }
  }

  static List<Integer> of(List<Place> places, long budget) {
    double scale = scale(places, budget);
    List<Double> shares = places.stream().map(place -> place.share(scale)).toList();
    List<Integer> ranks =
        new ArrayList<>(shares.stream().map(share -> (int) Math.floor(share)).toList());
    long left =
        budget
            - IntStream.range(0, ranks.size())
                .mapToLong(i -> ranks.get(i) * places.get(i).price())
                .sum();
    List<Integer> byRemainder =
        IntStream.range(0, ranks.size())
            .boxed()
            .filter(i -> shares.get(i) > ranks.get(i))
            .sorted(Comparator.comparingDouble(i -> ranks.get(i) - shares.get(i)))
            .toList();
    for (int i : byRemainder) {
      if (places.get(i).price() <= left) {
        left -= places.get(i).price();
        ranks.set(i, ranks.get(i) + 1);
      }
    }
    return List.copyOf(ranks);
  }

  /** The largest factor of the weights whose shares the budget pays for. */
  private static double scale(List<Place> places, long budget) {
    double least = places.stream().mapToDouble(Place::weight).filter(w -> w > 0).min().orElse(1);
    double low = 0;
    double high = places.stream().mapToInt(Place::most).max().orElse(1) / least;
    for (int i = 0; i < HALVINGS && low < high; i++) {
      double middle = low + (high - low) / 2;
      if (cost(places, middle) <= budget) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return cost(places, high) <= budget ? high : low;
  }

  private static double cost(List<Place> places, double scale) {
    return places.stream().mapToDouble(place -> place.share(scale) * place.price()).sum();
  }
}
