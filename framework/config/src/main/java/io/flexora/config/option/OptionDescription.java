package io.flexora.config.option;

import io.flexora.api.plugin.Effect;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One option of a configuration record.
 *
 * @param key the key in YAML
 * @param type the type of its value, bounds included
 * @param byDefault the default, written as in YAML; empty where there is none
 * @param aliases other keys that mean the same
 * @param doc its meaning
 * @param affects the parts of a cell that it says it moves; empty where its holder says so
 * @since 0.1
 */
public record OptionDescription(
    String key,
    OptionType type,
    Optional<String> byDefault,
    List<String> aliases,
    String doc,
    Set<Effect> affects) {

  /** Copies the collections. */
  public OptionDescription {
    aliases = List.copyOf(aliases);
    affects = Set.copyOf(affects);
  }

  /**
   * The parts of a cell that the option moves.
   *
   * @param around the parts that the holder of the option moves, which an option may narrow; empty
   *     for none
   * @return empty where nobody has said it
   */
  public Set<Effect> affects(Set<Effect> around) {
    if (around.isEmpty() || affects.isEmpty()) {
      return around.isEmpty() ? affects : around;
    }
    if (affects.contains(Effect.NOTHING) || around.contains(Effect.NOTHING)) {
      return Set.of(Effect.NOTHING);
    }
    Set<Effect> narrowed = new HashSet<>(around);
    narrowed.retainAll(affects);
    return narrowed.isEmpty() ? around : narrowed;
  }

  /** The key and the aliases. */
  public Stream<String> keys() {
    return Stream.concat(Stream.of(key), aliases.stream());
  }

  /** The same option with another default. */
  OptionDescription byDefault(String text) {
    return new OptionDescription(key, type, Optional.of(text), aliases, doc, affects);
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
