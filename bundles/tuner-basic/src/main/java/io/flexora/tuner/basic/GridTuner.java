package io.flexora.tuner.basic;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningSetting;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Tries the points of a grid in a random order, so that a part of it is spread over all of it. */
@Doc("Try the points of a grid in a random order.")
final class GridTuner implements Tuner {

  static final int MOST_POINTS = 100_000;

  /** More than anybody writes, and fewer than a logarithm and its inverse keep. */
  private static final MathContext DIGITS = new MathContext(12);

  private final GridOptions options;

  @Inject
  GridTuner(GridOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(TuningSetting setting, Compatibility found) {
    long points = 1;
    for (Range range : setting.options().values()) {
      // The values of an absurd number of points would fill Java's memory before they are counted.
      points *= most(range) > MOST_POINTS ? most(range) : values(range).length;
      if (points > MOST_POINTS) {
        found.refuse("the grid has more than %d points".formatted(MOST_POINTS));
        return;
      }
    }
    int settings = points(setting).size() + 1;
    int trials = setting.trials().orElse(0);
    if (settings < trials) {
      found.refuse(
          "the grid has %d settings, that of the default values included, but %d trials are asked for; ask for %d or fewer, or for more points"
              .formatted(settings, trials, settings));
    }
  }

  @Override
  public List<Map<String, Double>> next(TuningProgress progress) {
    List<Map<String, Double>> order = shuffled(points(progress.setting()), progress.seeds());
    return order.subList(Math.min(order.size(), progress.next() - 1), order.size());
  }

  private static <T> List<T> shuffled(List<T> list, Seeds seeds) {
    SplittableRandom random = seeds.stream("order of the grid");
    List<T> left = new ArrayList<>(list);
    List<T> shuffled = new ArrayList<>();
    while (!left.isEmpty()) {
      shuffled.add(left.remove(random.nextInt(left.size())));
    }
    return shuffled;
  }

  /**
   * All points but that of the default values, whatever the order of the options is; the last one
   * by name varies fastest.
   */
  private List<Map<String, Double>> points(TuningSetting setting) {
    List<Map<String, Double>> points = List.of(Map.of());
    for (Map.Entry<String, Range> option : new TreeMap<>(setting.options()).entrySet()) {
      double[] values = values(option.getValue());
      points =
          points.stream()
              .flatMap(
                  point -> DoubleStream.of(values).mapToObj(v -> with(point, option.getKey(), v)))
              .toList();
    }
    return points.stream().filter(point -> !point.equals(setting.defaults())).toList();
  }

  private static Map<String, Double> with(Map<String, Double> point, String path, double value) {
    Map<String, Double> longer = new LinkedHashMap<>(point);
    longer.put(path, value);
    return longer;
  }

  /** How many values the grid has of a range at most. */
  private long most(Range range) {
    long all = range.size().orElse(Long.MAX_VALUE);
    return range instanceof Range.Interval ? Math.min(options.points(), all) : all;
  }

  private double[] values(Range range) {
    if (range instanceof Range.Interval interval) {
      double low = interval.inner(interval.low());
      double high = interval.inner(interval.high());
      int last = options.points() - 1;
      // The ends as they are written, whatever the logarithm makes of them.
      return IntStream.rangeClosed(0, last)
          .mapToDouble(
              i -> {
                if (i == 0 || i == last) {
                  return i == 0 ? interval.low() : interval.high();
                }
                return rounded(interval, interval.outer(low + (high - low) * i / last));
              })
          .distinct()
          .toArray();
    }
    return IntStream.range(0, ((Range.Choices) range).names().size()).asDoubleStream().toArray();
  }

  /** A number between the ends, so that one which is the default value has no other last digit. */
  private static double rounded(Range.Interval interval, double number) {
    BigDecimal exact = new BigDecimal(interval.nearest(number));
    return interval.nearest(exact.round(DIGITS).doubleValue());
  }
}
