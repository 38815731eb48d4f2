package io.flexora.comparison.tuning;

import io.flexora.comparison.setup.ConfigPath;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.Location;
import java.util.List;
import java.util.stream.Stream;

/**
 * An option that has the value of a tuned one in each trial, in the cells of one row.
 *
 * @param path its path in the configuration of a cell
 * @param other the tuned option
 * @param byDefault its value in the first trial: the default value of the other
 */
record TiedOption(ConfigPath path, TunedOption other, Scalar byDefault) {

  /**
   * Ties an option.
   *
   * @param cell the configuration of a cell with the default values
   * @param location where the tie is written
   */
  static TiedOption of(ConfigPath path, TunedOption other, ConfigNode cell, Location location) {
    return new TiedOption(path, other, at(location, (Scalar) other.path().in(cell).orElseThrow()));
  }

  /** The value as it is written in the configuration of a cell, given that of the other. */
  Scalar written(double value) {
    return written(other.written(value));
  }

  /** The same, given that of the other as it is written. */
  Scalar written(Scalar value) {
    return at(byDefault.location(), value);
  }

  /** The default value, and the ends of the other's range, or all of its values. */
  List<Scalar> values() {
    Stream<Scalar> ends = other.ends().stream().map(end -> at(byDefault.location(), end));
    return Stream.concat(Stream.of(byDefault), ends).toList();
  }

  private static Scalar at(Location location, Scalar value) {
    return new Scalar(location, value.text(), value.plain());
  }
}
