package io.flexora.config;

import io.flexora.files.message.NearestName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The options that a configuration record defines.
 *
 * @param type the record
 * @param options its options, in declaration order
 * @since 0.1
 */
public record OptionModel(Class<? extends Record> type, List<OptionDescription> options) {

  /** The key that names an extension, which no record can define. */
  static final String USE = "use";

  /** Copies the options. */
  public OptionModel {
    options = List.copyOf(options);
  }

  /**
   * Reads the options of a record, those of its inlined records among them.
   *
   * @throws IllegalArgumentException if the record is not a configuration: a component with neither
   *     {@link io.flexora.api.plugin.Option} nor {@link io.flexora.api.plugin.Inline} or of a type
   *     that is not supported, a key that is there twice, or a record that is inlined in itself
   */
  public static OptionModel of(Class<? extends Record> type) {
    return new OptionModel(type, new OptionReader().read(type));
  }

  /**
   * Reads the options of a record and of all records in it, with their defaults.
   *
   * @throws IllegalArgumentException as {@link #of}, or if a record holds itself, or a default is
   *     no value of its option
   */
  public static void check(Class<? extends Record> type) {
    check(type, new LinkedHashSet<>());
  }

  private static void check(Class<? extends Record> type, Set<Class<?>> around) {
    if (!around.add(type)) {
      throw new IllegalArgumentException(type.getName() + " holds itself");
    }
    for (OptionDescription option : of(type).options()) {
      Binding.refusedDefault(option)
          .ifPresent(
              why -> {
                throw new IllegalArgumentException(type.getName() + ": " + why);
              });
      option.nested().ifPresent(inner -> check(inner.type(), around));
    }
    around.remove(type);
  }

  /** The option that a key or an alias means. */
  public Optional<OptionDescription> find(String key) {
    return options.stream().filter(option -> option.keys().anyMatch(key::equals)).findFirst();
  }

  /** The keys, without aliases, in declaration order. */
  public List<String> keys() {
    return options.stream().map(OptionDescription::key).toList();
  }

  /** The key of the option that a misspelt key most likely means. */
  Optional<String> nearest(String key) {
    List<String> known = options.stream().flatMap(OptionDescription::keys).toList();
    return NearestName.to(key, known).flatMap(this::find).map(OptionDescription::key);
  }
}
