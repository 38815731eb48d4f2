package io.flexora.config;

import io.flexora.config.ConfigNode.Mapping;
import io.flexora.config.ConfigNode.Scalar;
import java.util.List;
import java.util.Optional;

/**
 * Binds what was written to records, strictly: everything has to be known, of its type and within
 * its bounds.
 *
 * @since 0.1
 */
public final class RecordBinder {

  private final ComponentTypes types;
  private final ComponentFactory factory;

  /**
   * Makes a binder.
   *
   * @param types the extensions to choose from
   * @param factory what makes a chosen one when it is first needed
   */
  public RecordBinder(ComponentTypes types, ComponentFactory factory) {
    this.types = types;
    this.factory = factory;
  }

  /**
   * Binds a configuration.
   *
   * @param <R> the record
   * @param node what was written
   * @param type a record whose components are all annotated with {@link
   *     io.flexora.api.plugin.Option}
   * @throws ConfigurationException with all mistakes
   * @throws IllegalArgumentException if the record itself is malformed
   */
  public <R extends Record> Bound<R> bind(ConfigNode node, Class<R> type) {
    Binding binding = new Binding(types, factory);
    Optional<Binding.Value> value =
        binding.bindRecord(mapping(node, type), OptionModel.of(type), Place.ROOT);
    List<Problem> problems = binding.problems();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    Binding.Value bound = value.orElseThrow();
    return new Bound<>(type.cast(bound.value()), bound.node(), binding.contested());
  }

  private static Mapping mapping(ConfigNode node, Class<? extends Record> type) {
    if (node instanceof Mapping mapping) {
      return mapping;
    }
    boolean empty = node instanceof Scalar scalar && scalar.isNothing();
    throw new ConfigurationException(
        node.location(),
        (empty ? "the configuration is empty" : "the configuration has to be a mapping")
            + "; write 'KEY: VALUE' lines. Accepted: "
            + Words.list(OptionModel.of(type).keys()));
  }
}
