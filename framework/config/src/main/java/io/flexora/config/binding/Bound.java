package io.flexora.config.binding;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigProblem;
import java.util.List;

/**
 * A configuration that was found in order.
 *
 * @param <R> the record
 * @param value the options
 * @param resolved the same with every option written out, in declaration order: defaults, main
 *     keys, absolute paths, and each extension with its version
 * @param contested the choices of an extension that more than one plugin brings
 * @param overrides the choices of an extension that stands in for a shipped one of its name
 * @since 0.1
 */
public record Bound<R extends Record>(
    R value, ConfigNode resolved, List<ConfigProblem> contested, List<ConfigProblem> overrides) {

  /** Copies the lists. */
  public Bound {
    contested = List.copyOf(contested);
    overrides = List.copyOf(overrides);
  }
}
