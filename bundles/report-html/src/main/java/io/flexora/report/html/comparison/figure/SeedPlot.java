package io.flexora.report.html.comparison.figure;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Scale;
import io.flexora.results.comparison.DifferenceResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A figure of each strategy: a faint dot for each seed, a strong one for their mean, and its
 * intervals.
 *
 * @param title what is plotted
 * @param note how to read it
 * @param reference where the value lies to compare the others with
 * @param ticks the axis
 * @param rows the strategies that have the figure
 */
public record SeedPlot(
    String title,
    String note,
    Optional<String> reference,
    List<Scale.Tick> ticks,
    List<StrategySeeds> rows) {

  /** A seed: where its dot lies, and what a reader is told who points at it. */
  public record Seed(String at, String tip) {}

  /** A place on the axis and the length from there, as CSS percentages. */
  public record Span(String from, String span) {}

  /** A strategy; its interval over seeds is drawn thick, that over examples thin. */
  public record StrategySeeds(
      String title,
      int colour,
      List<Seed> seeds,
      String at,
      Optional<Span> thick,
      Optional<Span> thin,
      String value,
      String words) {}

  /** The data of a strategy, before there is a scale. */
  private record Data(
      Strategy strategy,
      double mean,
      Map<String, Double> seeds,
      Optional<ConfidenceInterval> thick,
      Optional<ConfidenceInterval> thin) {

    private DoubleStream values() {
      return DoubleStream.concat(
          DoubleStream.concat(DoubleStream.of(mean), seeds.values().stream().mapToDouble(v -> v)),
          Stream.of(thick, thin)
              .flatMap(Optional::stream)
              .flatMapToDouble(i -> DoubleStream.of(i.low(), i.high())));
    }
  }

  /** The metric of each strategy; absent if nothing is done. */
  static Optional<SeedPlot> values(Group group) {
    List<Data> data =
        group.strategies().stream()
            .filter(strategy -> strategy.found().mean().isPresent())
            .map(
                strategy ->
                    new Data(
                        strategy,
                        strategy.found().mean().getAsDouble(),
                        seeds(strategy),
                        strategy.found().interval(),
                        Optional.empty()))
            .toList();
    OptionalDouble baseline =
        group.baseline().map(s -> s.found().mean()).orElse(OptionalDouble.empty());
    return plot(
        group,
        group.heading(),
        "Faint: each seed. Solid: mean with its interval over seeds. Dashed: the" + " baseline.",
        baseline,
        data);
  }

  /** The paired differences to the baseline; absent if there are none. */
  static Optional<SeedPlot> differences(Group group) {
    Map<String, Double> baseline = group.baseline().map(SeedPlot::seeds).orElse(Map.of());
    List<Data> data =
        group.compared().stream().map(strategy -> difference(strategy, baseline)).toList();
    return plot(
        group,
        "Difference to the baseline in " + group.heading(),
        "Faint: each seed, paired with the baseline. Solid: mean; thick bar: interval"
            + " over seeds; thin bar: interval over test examples. Dashed: no difference.",
        OptionalDouble.of(0),
        data);
  }

  private static Data difference(Strategy strategy, Map<String, Double> baseline) {
    DifferenceResult difference = strategy.difference().orElseThrow();
    Map<String, Double> pairs = new TreeMap<>();
    seeds(strategy)
        .forEach(
            (seed, value) -> {
              if (baseline.containsKey(seed)) {
                pairs.put(seed, value - baseline.get(seed));
              }
            });
    return new Data(
        strategy,
        difference.difference(),
        pairs,
        difference.interval(),
        difference.overExamples().flatMap(DifferenceResult.TestResult::interval));
  }

  private static Map<String, Double> seeds(Strategy strategy) {
    Map<String, Double> seeds = new TreeMap<>();
    for (SeedCell cell : strategy.cells()) {
      cell.value().ifPresent(value -> seeds.put(cell.seed(), value));
    }
    return seeds;
  }

  private static Optional<SeedPlot> plot(
      Group group, String title, String note, OptionalDouble reference, List<Data> data) {
    if (data.isEmpty()) {
      return Optional.empty();
    }
    // What differs by less than a digit that is shown does not fill the axis.
    double digit = Math.pow(10, -group.decimals());
    Scale scale =
        Scale.around(
            DoubleStream.concat(
                reference.stream().flatMap(value -> DoubleStream.of(value - digit, value + digit)),
                data.stream().flatMapToDouble(Data::values)));
    boolean signed = title.startsWith("Difference");
    return Optional.of(
        new SeedPlot(
            title,
            note,
            reference.stream().mapToObj(scale::at).findFirst(),
            scale.ticks(),
            data.stream().map(d -> row(d, scale, group.decimals(), signed)).toList()));
  }

  private static StrategySeeds row(Data data, Scale scale, int decimals, boolean signed) {
    String value = text(data.mean(), decimals, signed);
    Optional<ConfidenceInterval> told = data.thick().or(data::thin);
    return new StrategySeeds(
        data.strategy().title(),
        data.strategy().colour(),
        data.seeds().entrySet().stream()
            .map(
                seed ->
                    new Seed(
                        scale.at(seed.getValue()),
                        data.strategy().name()
                            + ", seed "
                            + seed.getKey()
                            + ": "
                            + text(seed.getValue(), decimals, signed)))
            .toList(),
        scale.at(data.mean()),
        data.thick().map(interval -> span(interval, scale)),
        data.thin().map(interval -> span(interval, scale)),
        value,
        data.strategy().name()
            + ": "
            + value
            + told.map(i -> ", interval " + Numerals.range(i.low(), i.high(), decimals))
                .orElse(""));
  }

  private static String text(double value, int decimals, boolean signed) {
    return signed ? Numerals.signed(value, decimals) : Numerals.fixed(value, decimals);
  }

  private static Span span(ConfidenceInterval interval, Scale scale) {
    return new Span(scale.at(interval.low()), scale.span(interval.low(), interval.high()));
  }
}
