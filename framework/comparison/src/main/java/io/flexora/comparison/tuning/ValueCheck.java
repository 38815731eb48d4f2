package io.flexora.comparison.tuning;

import io.flexora.api.tune.Range;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.RangeOptions;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.Experiment;
import io.flexora.plugin.extension.ExtensionCatalog;
import java.util.List;

/** Finds out which values an option takes, by giving them to it. */
final class ValueCheck {

  private static final double HALF = 0.5;

  private final ExtensionCatalog catalog;

  ValueCheck(ExtensionCatalog catalog) {
    this.catalog = catalog;
  }

  /** What is written as the values of a range, or its ends. */
  static List<Scalar> written(Mapping range) {
    if (range.get("values").orElse(range) instanceof Sequence values) {
      return values.elements().stream().map(value -> plain((Scalar) value)).toList();
    }
    return List.of(plain(scalar(range, "low")), plain(scalar(range, "high")));
  }

  private static Scalar scalar(Mapping mapping, String key) {
    return (Scalar) mapping.get(key).orElseThrow();
  }

  /** A text that may be a number, which a list of texts no longer says. */
  private static Scalar plain(Scalar scalar) {
    return new Scalar(scalar.location(), scalar.text(), true);
  }

  /**
   * What is wrong with values of an option, each alone.
   *
   * @param path the option in the configuration of a cell
   * @param cell the configuration with the default values
   */
  List<ConfigProblem> refused(ConfigPath path, Mapping cell, List<Scalar> values) {
    return values.stream().flatMap(value -> refused(path.with(cell, value)).stream()).toList();
  }

  private List<ConfigProblem> refused(Mapping cell) {
    try {
      var unused = Experiment.of(catalog, cell);
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }

  /**
   * The values that a tuner may give to an option.
   *
   * @param options what is written of them
   * @param location where
   * @param path the option in the configuration of a cell
   * @param cell the configuration with the default values
   */
  Range range(RangeOptions options, Location location, ConfigPath path, Mapping cell) {
    if (options.values().isPresent()) {
      return new Range.Choices(options.values().get());
    }
    double low = options.low().orElseThrow();
    double high = options.high().orElseThrow();
    boolean whole =
        low == Math.rint(low)
            && high == Math.rint(high)
            && takesWholeNumbersAlone(low, location, path, cell);
    return new Range.Interval(low, high, options.log(), whole);
  }

  /** What is between two whole numbers is refused where an option takes only these. */
  private boolean takesWholeNumbersAlone(
      double low, Location location, ConfigPath path, Mapping cell) {
    Scalar between = new Scalar(location, String.valueOf(low + HALF), true);
    return !refused(path, cell, List.of(between)).isEmpty();
  }
}
