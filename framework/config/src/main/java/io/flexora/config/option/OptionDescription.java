package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One option of a configuration record.
 *
 * @param key the key in YAML
 * @param type what its value can be, bounds included
 * @param byDefault the default, written as in YAML; empty where there is none
 * @param aliases other keys that mean the same
 * @param doc what it means
 * @since 0.1
 */
public record OptionDescription(
    String key, OptionType type, Optional<String> byDefault, List<String> aliases, String doc) {

  /** Copies the aliases. */
  public OptionDescription {
    aliases = List.copyOf(aliases);
  }

  /** The key and the aliases. */
  public Stream<String> keys() {
    return Stream.concat(Stream.of(key), aliases.stream());
  }

  /** The same option with another default. */
  OptionDescription byDefault(String text) {
    return new OptionDescription(key, type, Optional.of(text), aliases, doc);
  }

  /** The options of the record that the option holds, or whose list or map it is. */
  public Optional<OptionModel> nested() {
    return nested(type);
  }

  /** The extension that the default names, which is meant by options written without a name. */
  public Optional<String> fallback() {
    OptionType chosen = type instanceof OptionType.Maybe maybe ? maybe.value() : type;
    return chosen instanceof OptionType.Chosen
        ? byDefault
            .map(text -> new ConfigurationReader().parse(text, "default"))
            .flatMap(ConfigNode::reference)
        : Optional.empty();
  }

  /** Whether the option has to be written. */
  public boolean isRequired() {
    if (byDefault.isPresent() || type instanceof OptionType.Maybe) {
      return false;
    }
    return !(type instanceof OptionType.Nested nested)
        || OptionModel.of(nested.type()).options().stream().anyMatch(OptionDescription::isRequired);
  }

  private static Optional<OptionModel> nested(OptionType type) {
    if (type instanceof OptionType.Nested nested) {
      return Optional.of(OptionModel.of(nested.type()));
    }
    return type instanceof OptionType.ListOf list
        ? nested(list.element())
        : type instanceof OptionType.MapOf map
            ? nested(map.value())
            : type instanceof OptionType.Maybe maybe ? nested(maybe.value()) : Optional.empty();
  }
}
