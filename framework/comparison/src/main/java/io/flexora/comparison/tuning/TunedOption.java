package io.flexora.comparison.tuning;

import io.flexora.api.tune.Range;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.RangeOptions;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.Location;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An option that is tuned, in the cells of one row.
 *
 * @param name its path as it is written in the comparison
 * @param path its path in the configuration of a cell
 * @param range its values
 * @param location where they are written
 */
record TunedOption(String name, ConfigPath path, Range range, Location location) {

  /** A value as it is written in the configuration of a cell. */
  Scalar written(double value) {
    if (range instanceof Range.Interval interval) {
      String text = interval.whole() ? String.valueOf((long) value) : String.valueOf(value);
      return new Scalar(location, text, true);
    }
    return new Scalar(location, ((Range.Choices) range).names().get((int) value), true);
  }

  /** The ends of its range, or all of its values, as they are written. */
  List<Scalar> ends() {
    if (range instanceof Range.Interval interval) {
      return List.of(written(interval.low()), written(interval.high()));
    }
    return IntStream.range(0, ((Range.Choices) range).names().size())
        .mapToObj(i -> written(i))
        .toList();
  }

  /** The value that is written in the configuration of a cell; empty if the range lacks it. */
  Optional<Double> read(ConfigNode cell) {
    return path.text(cell).flatMap(this::read);
  }

  private Optional<Double> read(String text) {
    if (range instanceof Range.Choices choices) {
      List<String> names = choices.names();
      return IntStream.range(0, names.size())
          .filter(i -> RangeOptions.meaning(names.get(i)).equals(RangeOptions.meaning(text)))
          .mapToObj(i -> (double) i)
          .findFirst();
    }
    return number(text).map(BigDecimal::doubleValue).filter(range::contains);
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      return Optional.of(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
