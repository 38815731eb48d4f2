package io.flexora.comparison.cell;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.ConfigurationWriter;
import java.util.Optional;

/**
 * The first option in which two configurations differ.
 *
 * @param key the option, such as {@code trainer.max_steps}
 * @param one its value in the one, as it would be written
 * @param other its value in the other
 */
public record ConfigurationDifference(String key, String one, String other) {

  private static final int LONGEST = 60;
  private static final String NOTHING = "nothing";

  /** Finds it; empty if they mean the same. */
  public static Optional<ConfigurationDifference> between(ConfigNode one, ConfigNode other) {
    return between("", one, other);
  }

  private static Optional<ConfigurationDifference> between(
      String key, ConfigNode one, ConfigNode other) {
    if (one instanceof Mapping first && other instanceof Mapping second) {
      return between(key, first, second);
    }
    return same(one, other)
        ? Optional.empty()
        : Optional.of(new ConfigurationDifference(key, shown(one), shown(other)));
  }

  private static Optional<ConfigurationDifference> between(String key, Mapping one, Mapping other) {
    for (Entry entry : one.entries()) {
      String longer = join(key, entry.key());
      Optional<ConfigurationDifference> difference =
          other
              .get(entry.key())
              .map(value -> between(longer, entry.value(), value))
              .orElseGet(() -> onlyIn(longer, entry.value()));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return other.entries().stream()
        .filter(entry -> one.get(entry.key()).isEmpty())
        .map(entry -> onlyIn(join(key, entry.key()), entry.value()))
        .flatMap(Optional::stream)
        .map(ConfigurationDifference::swapped)
        .findFirst();
  }

  /** An option that the other configuration does not have; no difference where it says nothing. */
  private static Optional<ConfigurationDifference> onlyIn(String key, ConfigNode value) {
    return saysNothing(value)
        ? Optional.empty()
        : Optional.of(new ConfigurationDifference(key, shown(value), NOTHING));
  }

  private static boolean saysNothing(ConfigNode value) {
    if (value instanceof Scalar scalar) {
      return scalar.isNothing();
    }
    return value instanceof Sequence sequence
        ? sequence.elements().isEmpty()
        : ((Mapping) value).entries().isEmpty();
  }

  private static boolean same(ConfigNode one, ConfigNode other) {
    if (one instanceof Scalar first && other instanceof Scalar second) {
      return value(first).equals(value(second));
    }
    return one.getClass().equals(other.getClass()) && elements(one).equals(elements(other));
  }

  private ConfigurationDifference swapped() {
    return new ConfigurationDifference(key, /* one= */ other, /* other= */ one);
  }

  private static String elements(ConfigNode node) {
    return node instanceof Sequence ? new ConfigurationWriter().yaml(node) : "";
  }

  private static String value(Scalar scalar) {
    return scalar.isNothing() ? NOTHING : scalar.text();
  }

  private static String shown(ConfigNode node) {
    String text =
        node instanceof Scalar scalar
            ? value(scalar)
            : new ConfigurationWriter().yaml(node).strip().replaceAll("\\s+", " ");
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }

  private static String join(String key, String next) {
    return key.isEmpty() ? next : key + "." + next;
  }
}
