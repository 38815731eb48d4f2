package io.flexora.host.experiment;

import io.flexora.host.config.ConfigNode;
import java.util.Optional;

/** Finds what to call the base model of an adapter. */
final class BaseModelName {

  private BaseModelName() {}

  /** The model's {@code source} where it has that option, as most backends do; else its backend. */
  static String in(ConfigNode resolved) {
    Optional<ConfigNode> model = value(resolved, "model");
    return model
        .flatMap(m -> value(m, "source"))
        .or(() -> model.flatMap(m -> value(m, "use")))
        .map(BaseModelName::text)
        .orElse("");
  }

  private static Optional<ConfigNode> value(ConfigNode node, String key) {
    return node instanceof ConfigNode.Mapping mapping
        ? mapping.entries().stream()
            .filter(entry -> entry.key().equals(key))
            .map(entry -> entry.value())
            .findFirst()
        : Optional.empty();
  }

  private static String text(ConfigNode node) {
    return node instanceof ConfigNode.Scalar scalar ? scalar.text() : "";
  }
}
