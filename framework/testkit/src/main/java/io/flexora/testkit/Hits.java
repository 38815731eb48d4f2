package io.flexora.testkit;

import io.flexora.testkit.fixture.PlantedLayers;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many of the layers that matter were chosen, over several problems, and how likely chance
 * comes as far: the number is then a sum of hypergeometric ones, one for each problem, given how
 * many layers were chosen in it.
 *
 * @param hits the chosen layers that matter
 * @param planted the layers that matter
 * @param chosen the chosen layers
 * @param byChance for each number of hits from 0, how likely it is by chance
 */
record Hits(int hits, int planted, int chosen, List<Double> byChance) {

  static Hits none() {
    return new Hits(0, 0, 0, List.of(1.0));
  }

  /** Adds the choice on another problem. */
  Hits with(PlantedLayers problem, List<Integer> choice) {
    int found = (int) choice.stream().filter(problem.layers()::contains).count();
    int matter = problem.layers().size();
    return new Hits(
        hits + found,
        planted + matter,
        chosen + choice.size(),
        sum(byChance, hypergeometric(problem.count(), matter, choice.size())));
  }

  /** How likely chance hits as many or more: the p-value of an exact one-sided test. */
  double probability() {
    return IntStream.range(hits, byChance.size()).mapToDouble(byChance::get).sum();
  }

  /** How many hits chance has on average. */
  double expected() {
    return IntStream.range(0, byChance.size()).mapToDouble(h -> h * byChance.get(h)).sum();
  }

  @Override
  public String toString() {
    return "%d of %d layers that matter by choosing %d (chance: %.2f; p = %.2g)"
        .formatted(hits, planted, chosen, expected(), probability());
  }

  /** The distribution of the sum of two independent numbers. */
  private static List<Double> sum(List<Double> one, List<Double> other) {
    return IntStream.range(0, one.size() + other.size() - 1)
        .mapToObj(
            total ->
                IntStream.rangeClosed(
                        Math.max(0, total - other.size() + 1), Math.min(total, one.size() - 1))
                    .mapToDouble(i -> one.get(i) * other.get(total - i))
                    .sum())
        .toList();
  }

  /** How likely 0, 1, ... of the layers that matter are among some drawn without replacement. */
  private static List<Double> hypergeometric(int layers, int matter, int drawn) {
    return IntStream.rangeClosed(0, Math.min(matter, drawn))
        .mapToObj(
            h -> choose(matter, h) * choose(layers - matter, drawn - h) / choose(layers, drawn))
        .toList();
  }

  private static double choose(int of, int count) {
    return count > of
        ? 0
        : IntStream.range(0, count)
            .mapToDouble(i -> (double) (of - i) / (i + 1))
            .reduce(1, (x, y) -> x * y);
  }
}
