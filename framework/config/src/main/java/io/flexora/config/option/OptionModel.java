package io.flexora.config.option;

import io.flexora.files.message.NearestName;
import java.util.List;
import java.util.Optional;

/**
 * The options that a configuration record defines.
 *
 * @param type the record
 * @param options its options, in declaration order
 * @since 0.1
 */
public record OptionModel(Class<? extends Record> type, List<OptionDescription> options) {

  /** Each record is read once, and forgotten with its class. */
  private static final ClassValue<OptionModel> MODELS =
      new ClassValue<>() {
        @Override
        protected OptionModel computeValue(Class<?> type) {
          Class<? extends Record> options = type.asSubclass(Record.class);
          return new OptionModel(options, new OptionReader().read(options));
        }
      };

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
    return MODELS.get(type);
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
  public Optional<String> nearest(String key) {
    List<String> known = options.stream().flatMap(OptionDescription::keys).toList();
    return NearestName.to(key, known).flatMap(this::find).map(OptionDescription::key);
  }
}
