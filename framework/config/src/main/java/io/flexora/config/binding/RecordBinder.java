package io.flexora.config.binding;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Extension;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.Words;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
   * @param factory the maker of a chosen one, asked when it is first needed
   */
  public RecordBinder(ComponentTypes types, ComponentFactory factory) {
    this.types = types;
    this.factory = factory;
  }

  /**
   * Binds a configuration.
   *
   * @param <R> the record
   * @param node the configuration as it was written
   * @param type a record whose components are all annotated with {@link
   *     io.flexora.api.plugin.Option}
   * @throws ConfigurationException with all mistakes
   * @throws IllegalArgumentException if the record itself is malformed
   */
  public <R extends Record> Bound<R> bind(ConfigNode node, Class<R> type) {
    Binding binding = new Binding(types, factory);
    Optional<Binding.Value> value =
        binding.bindRecord(mapping(node, type), OptionModel.of(type), Place.ROOT);
    List<ConfigProblem> problems = binding.mistakes().all();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    Binding.Value bound = value.orElseThrow();
    return new Bound<>(
        type.cast(bound.value()),
        bound.node(),
        binding.mistakes().contested(),
        binding.mistakes().overrides());
  }

  /**
   * Reads the options of an extension, with their defaults.
   *
   * @throws IllegalArgumentException as {@link #check(Class)}, or if an option affects what its
   *     extension point does not
   */
  public static void check(Extension<?> extension) {
    check(extension.configuration());
    requireWithin(extension, OptionModel.of(extension.configuration()));
  }

  private static void requireWithin(Extension<?> extension, OptionModel model) {
    for (OptionDescription option : model.options()) {
      Set<Effect> more = new TreeSet<>(option.affects());
      more.remove(Effect.NOTHING);
      more.removeAll(extension.affects());
      if (!more.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: option '%s' affects %s, but the extension point '%s' affects %s"
                .formatted(
                    model.type().getName(),
                    option.key(),
                    more,
                    extension.kind(),
                    new TreeSet<>(extension.affects())));
      }
      option.nested().ifPresent(inner -> requireWithin(extension, inner));
    }
  }

  /**
   * Reads the options of a record and of all records in it, with their defaults.
   *
   * @throws IllegalArgumentException as {@link OptionModel#of}, or if a record holds itself, or a
   *     default is no value of its option
   */
  public static void check(Class<? extends Record> type) {
    check(type, new LinkedHashSet<>());
  }

  private static void check(Class<? extends Record> type, Set<Class<?>> around) {
    if (!around.add(type)) {
      throw new IllegalArgumentException(type.getName() + " holds itself");
    }
    for (OptionDescription option : OptionModel.of(type).options()) {
      Binding.refusedDefault(option)
          .ifPresent(
              why -> {
                throw new IllegalArgumentException(type.getName() + ": " + why);
              });
      option.nested().ifPresent(inner -> check(inner.type(), around));
    }
    around.remove(type);
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
