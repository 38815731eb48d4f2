package io.flexora.config;

import io.flexora.config.ConfigNode.Entry;
import io.flexora.config.ConfigNode.Mapping;
import io.flexora.config.ConfigNode.Scalar;
import io.flexora.config.ConfigNode.Sequence;

/** Moves a node to one place, so that mistakes in a default are told where it applies. */
final class Relocated {

  private Relocated() {}

  static ConfigNode to(Location location, ConfigNode node) {
    if (node instanceof Scalar scalar) {
      return new Scalar(location, scalar.text(), scalar.plain());
    }
    if (node instanceof Sequence sequence) {
      return new Sequence(
          location, sequence.elements().stream().map(e -> to(location, e)).toList());
    }
    return new Mapping(
        location,
        ((Mapping) node)
            .entries().stream()
                .map(e -> new Entry(e.key(), location, to(location, e.value())))
                .toList());
  }
}
