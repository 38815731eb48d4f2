package io.flexora.host;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kind of a file, an experiment or a comparison, by a key that only one of them has, so that
 * one which is taken for the other is told so at once and not option by option.
 */
enum FileKind {
  EXPERIMENT("selector", "an experiment; 'flexora run' takes it, 'flexora check' looks first"),
  COMPARISON("strategies", "a comparison; 'flexora compare' takes it, 'flexora check' looks first");

  private final String key;
  private final String description;

  FileKind(String key, String description) {
    this.key = key;
    this.description = description;
  }

  /** Whether a file has the key of this kind, and that of no other. */
  boolean isThatOf(ConfigNode node) {
    return Stream.of(values()).allMatch(kind -> kind.entry(node).isPresent() == (kind == this));
  }

  /**
   * Passes a file of this kind on.
   *
   * @throws ConfigurationException if it has the key of another kind, and not its own
   */
  ConfigNode require(ConfigNode node) {
    if (entry(node).isEmpty()) {
      for (FileKind other : values()) {
        other.entry(node).ifPresent(found -> other.refuse(found));
      }
    }
    return node;
  }

  private void refuse(ConfigNode.Entry found) {
    throw new ConfigurationException(
        List.of(
            new ConfigProblem(
                found.location(), "this file has '%s' and is %s".formatted(key, description))));
  }

  private Optional<ConfigNode.Entry> entry(ConfigNode node) {
    return node instanceof ConfigNode.Mapping mapping ? mapping.entry(key) : Optional.empty();
  }
}
