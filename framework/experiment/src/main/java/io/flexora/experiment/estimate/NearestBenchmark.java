package io.flexora.experiment.estimate;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.experiment.estimate.Expectation.Departure;
import io.flexora.experiment.setup.ConfigValue;
import io.flexora.results.benchmark.BenchmarkedGain;
import io.flexora.results.benchmark.BenchmarkedResult;
import io.flexora.results.benchmark.BenchmarkedSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what was measured in the setting that is most like an experiment. Two settings are as far
 * from each other as the ratios of their rows, passes, layers, shares of chosen layers, and
 * classes: the sum of the squares of their logarithms. What differs by more than a factor of two is
 * told. Of settings that are as near the one is taken whose options say more, then the one of more
 * seeds. What was measured with other options is not told, only which options those were.
 *
 * @param here what the experiment is like
 */
public record NearestBenchmark(ExperimentScale here) {

  private static final String USE = "use";

  /** What tables call an option without a value. */
  private static final String DEFAULT = "default";

  /** A factor of two, and what rounding may add. */
  private static final double FAR = 1 + 1e-9;

  /**
   * A quantity of the experiment and of a measured setting.
   *
   * @param what what it is
   * @param here how much of it the experiment has
   * @param measured how much of it the setting has
   */
  private record Quantity(String what, double here, double measured) {

    /** The logarithm of the ratio to the base of two. */
    double octaves() {
      return Math.log(here / measured) / Math.log(2);
    }

    boolean isFar() {
      return Math.abs(octaves()) > FAR;
    }

    Departure departure() {
      return new Departure(what, here / measured);
    }
  }

  /**
   * Finds it.
   *
   * @param all what was measured of the strategy's selector
   * @param strategy the options of the strategy, all of them written out
   * @return empty if nothing was measured of the selector at all
   */
  public Optional<Expectation> of(List<BenchmarkedResult> all, ConfigNode strategy) {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<BenchmarkedResult> onModel =
        all.stream().filter(m -> m.setting().model() == here.model()).toList();
    return Optional.of(
        onModel.stream()
            .filter(m -> others(m, strategy).isEmpty())
            .min(
                Comparator.comparingDouble(this::distance)
                    .thenComparingInt(m -> -m.options().size())
                    .thenComparingInt(m -> -m.setting().seeds()))
            .map(this::expectation)
            .orElseGet(() -> Expectation.none(here, missing(onModel, strategy))));
  }

  /** Why nothing is comparable; of what has other options the fewest of these are named. */
  private String missing(List<BenchmarkedResult> onModel, ConfigNode strategy) {
    return onModel.stream()
        .map(m -> others(m, strategy))
        .min(Comparator.comparingInt(List::size))
        .map(others -> "not measured with these options, but with " + String.join(", ", others))
        .orElseGet(() -> "not measured on " + here.model().words());
  }

  /** The options of a measurement that the strategy has not. */
  private static List<String> others(BenchmarkedResult measured, ConfigNode strategy) {
    return measured.options().entrySet().stream()
        .filter(option -> !has(strategy, option.getKey(), option.getValue()))
        .map(option -> measured.optionWords(option.getKey()))
        .toList();
  }

  private static boolean has(ConfigNode strategy, String option, String values) {
    return ConfigValue.in(strategy, option)
        .map(NearestBenchmark::value)
        .filter(List.of(word(values).split("\\|", -1))::contains)
        .isPresent();
  }

  /** The value of an option; of an extension its name. */
  private static String value(ConfigNode option) {
    if (option instanceof ConfigNode.Scalar scalar && scalar.isNothing()) {
      return DEFAULT;
    }
    String text = ConfigValue.text(ConfigValue.in(option, USE).orElse(option));
    return word(text.replaceFirst("@.*", ""));
  }

  /** Constants are written with hyphens or underscores. */
  private static String word(String text) {
    return text.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private double distance(BenchmarkedResult measurement) {
    return quantities(measurement).stream()
        .mapToDouble(quantity -> quantity.octaves() * quantity.octaves())
        .sum();
  }

  private Expectation expectation(BenchmarkedResult nearest) {
    return Expectation.of(
        here,
        nearest.with(gains(nearest)),
        quantities(nearest).stream().filter(Quantity::isFar).map(Quantity::departure).toList());
  }

  private List<Quantity> quantities(BenchmarkedResult measurement) {
    BenchmarkedSetting setting = measurement.setting();
    List<Quantity> quantities = new ArrayList<>();
    quantities.add(new Quantity("rows", (double) here.rows(), (double) setting.rows()));
    quantities.add(new Quantity("epochs", here.passes(), setting.passes()));
    quantities.add(new Quantity("layers of the model", here.layers(), setting.layers()));
    if (here.budget().isPresent()) {
      quantities.add(
          new Quantity(
              "share of layers",
              (double) here.budget().getAsInt() / here.layers(),
              (double) setting.budget() / setting.layers()));
    }
    measurement.gains().stream()
        .map(this::classes)
        .min(Comparator.comparingDouble(quantity -> Math.abs(quantity.octaves())))
        .ifPresent(quantities::add);
    return quantities;
  }

  /** As many classes as the experiment has, or of those that were measured the nearest to it. */
  private Quantity classes(BenchmarkedGain gain) {
    int classes = here.classes();
    boolean both = classes > 0 && gain.mostClasses() > 0;
    int nearest = Math.max(gain.fewestClasses(), Math.min(classes, gain.mostClasses()));
    return new Quantity("number of classes", both ? classes : 1, both ? nearest : 1);
  }

  /** Of the gains over each reference the one of the tasks with the most similar classes. */
  private List<BenchmarkedGain> gains(BenchmarkedResult measurement) {
    return measurement.gains().stream()
        .map(BenchmarkedGain::to)
        .distinct()
        .map(
            to ->
                measurement.gains().stream()
                    .filter(gain -> gain.to() == to)
                    .min(
                        Comparator.comparingDouble(
                                (BenchmarkedGain gain) -> Math.abs(classes(gain).octaves()))
                            .thenComparingInt(gain -> gain.mostClasses() - gain.fewestClasses()))
                    .orElseThrow())
        .toList();
  }
}
