package io.flexora.experiment.setup;

import io.flexora.config.yaml.ConfigNode;
import java.util.List;
import java.util.Optional;

/** Looks into a configuration whose options only an extension knows. */
public final class ConfigValue {

  private ConfigValue() {}

  /** The value of a key; empty if the node is no mapping or has no such key. */
  public static Optional<ConfigNode> in(ConfigNode node, String key) {
    return node instanceof ConfigNode.Mapping mapping ? mapping.get(key) : Optional.empty();
  }

  /** The text of a scalar; empty for anything else. */
  public static String text(ConfigNode node) {
    return node instanceof ConfigNode.Scalar scalar ? scalar.text() : "";
  }

  /** The texts of the scalars of a list. */
  public static List<String> texts(ConfigNode node) {
    return node instanceof ConfigNode.Sequence list
        ? list.elements().stream().map(ConfigValue::text).toList()
        : List.of(text(node));
  }
}
