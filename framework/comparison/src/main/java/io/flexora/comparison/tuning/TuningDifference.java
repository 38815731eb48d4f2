package io.flexora.comparison.tuning;

import io.flexora.comparison.cell.ConfigurationDifference;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Mapping;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * In what a tuning differs that goes on in the same folder. It may be longer. A shorter one would
 * choose by fewer trials than it has seen, and test another choice on the same examples.
 */
public final class TuningDifference {

  private static final List<String> LENGTHS = List.of("trials", "seconds");

  private TuningDifference() {}

  /** Finds the first difference between two comparisons; empty if there is none that counts. */
  public static Optional<ConfigurationDifference> between(ConfigNode before, ConfigNode now) {
    Mapping one = tune(before);
    Mapping other = tune(now);
    Predicate<String> isLength = LENGTHS::contains;
    return ConfigurationDifference.between(
            entries(one, isLength.negate()), entries(other, isLength.negate()))
        .or(() -> shortened(one, other));
  }

  private static Optional<ConfigurationDifference> shortened(Mapping before, Mapping now) {
    return LENGTHS.stream()
        .filter(key -> length(now, key) < length(before, key))
        .findFirst()
        .flatMap(
            key ->
                ConfigurationDifference.between(
                    entries(before, key::equals), entries(now, key::equals)));
  }

  /** How long a tuning is by one of its two measures; 0 where it is limited by the other. */
  private static double length(Mapping tune, String key) {
    return new ConfigPath(List.of(key)).text(tune).map(Double::parseDouble).orElse(0.0);
  }

  private static Mapping tune(ConfigNode comparison) {
    return new ConfigPath(List.of("tune"))
        .in(comparison)
        .filter(Mapping.class::isInstance)
        .map(Mapping.class::cast)
        .orElseGet(() -> new Mapping(comparison.location(), List.of()));
  }

  private static Mapping entries(Mapping mapping, Predicate<String> keys) {
    return new Mapping(
        mapping.location(),
        mapping.entries().stream().filter(entry -> keys.test(entry.key())).toList());
  }
}
