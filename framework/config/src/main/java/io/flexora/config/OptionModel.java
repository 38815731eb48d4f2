package io.flexora.config;

import io.flexora.api.plugin.Option;
import io.flexora.files.message.NearestName;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
   * Reads the options of a record.
   *
   * @throws IllegalArgumentException if the record is not a configuration: a component without
   *     {@link Option} or of a type that is not supported, or a key that is there twice
   */
  public static OptionModel of(Class<? extends Record> type) {
    List<OptionDescription> options = new ArrayList<>();
    Set<String> keys = new HashSet<>(Set.of(USE));
    for (RecordComponent component : type.getRecordComponents()) {
      OptionDescription option = option(component);
      keys(option).filter(key -> !keys.add(key)).forEach(key -> refuse(component, key));
      options.add(option);
    }
    return new OptionModel(type, options);
  }

  /**
   * Reads the options of a record and of all records in it.
   *
   * @throws IllegalArgumentException as {@link #of}, or if a record holds itself
   */
  public static void check(Class<? extends Record> type) {
    check(type, new LinkedHashSet<>());
  }

  private static void check(Class<? extends Record> type, Set<Class<?>> around) {
    if (!around.add(type)) {
      throw new IllegalArgumentException(type.getName() + " holds itself");
    }
    of(type).options().forEach(o -> o.nested().ifPresent(inner -> check(inner.type(), around)));
    around.remove(type);
  }

  /** The option that a key or an alias means. */
  public Optional<OptionDescription> find(String key) {
    return options.stream().filter(option -> keys(option).anyMatch(key::equals)).findFirst();
  }

  /** The keys, without aliases, in declaration order. */
  public List<String> keys() {
    return options.stream().map(OptionDescription::key).toList();
  }

  /** The key of the option that a misspelt key most likely means. */
  Optional<String> nearest(String key) {
    List<String> known = options.stream().flatMap(OptionModel::keys).toList();
    return NearestName.to(key, known).flatMap(this::find).map(OptionDescription::key);
  }

  private static OptionDescription option(RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalArgumentException(name(component) + " has no @Option");
    }
    OptionType type = new OptionTypes(name(component), Bounds.of(option)).of(component);
    return new OptionDescription(
        Words.snakeCase(component.getName()),
        type,
        Optional.of(option.byDefault()).filter(text -> !text.isEmpty()),
        List.of(option.aliases()),
        option.doc());
  }

  private static Stream<String> keys(OptionDescription option) {
    return Stream.concat(Stream.of(option.key()), option.aliases().stream());
  }

  private static void refuse(RecordComponent component, String key) {
    throw new IllegalArgumentException(
        name(component) + " has the key '" + key + "', which is already taken");
  }

  private static String name(RecordComponent component) {
    return component.getDeclaringRecord().getName() + "." + component.getName();
  }
}
