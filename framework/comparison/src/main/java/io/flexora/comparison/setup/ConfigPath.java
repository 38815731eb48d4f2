package io.flexora.comparison.setup;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The path of an option in a configuration.
 *
 * @param keys the keys of the mappings, from the outermost; at least one
 */
public record ConfigPath(List<String> keys) {

  public ConfigPath {
    keys = List.copyOf(keys);
  }

  /** What stands there; empty if nothing does. */
  public Optional<ConfigNode> in(ConfigNode node) {
    Optional<ConfigNode> found = Optional.of(node);
    for (String key : keys) {
      found =
          found.filter(Mapping.class::isInstance).flatMap(mapping -> ((Mapping) mapping).get(key));
    }
    return found;
  }

  /** The text that stands there; empty if nothing or something else does. */
  public Optional<String> text(ConfigNode node) {
    return in(node)
        .filter(Scalar.class::isInstance)
        .map(Scalar.class::cast)
        .filter(scalar -> !scalar.isNothing())
        .map(Scalar::text);
  }

  /** The configuration with another value in the place of the one that stands there. */
  public Mapping with(Mapping node, ConfigNode value) {
    return with(node, keys, value);
  }

  private static Mapping with(Mapping node, List<String> keys, ConfigNode value) {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : node.entries()) {
      if (!entry.key().equals(keys.get(0))) {
        entries.add(entry);
      } else if (keys.size() == 1) {
        entries.add(new Entry(entry.key(), entry.location(), value));
      } else {
        Mapping inner = (Mapping) entry.value();
        entries.add(
            new Entry(
                entry.key(), entry.location(), with(inner, keys.subList(1, keys.size()), value)));
      }
    }
    return new Mapping(node.location(), entries);
  }
}
