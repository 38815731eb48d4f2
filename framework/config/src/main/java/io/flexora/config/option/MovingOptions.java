package io.flexora.config.option;

import io.flexora.api.plugin.Effect;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The options of a configuration that move some parts of a cell.
 *
 * <p>An option that no record has, as one of another release, counts as moving everything; one that
 * is not written, or that is an empty list or mapping, as moving nothing.
 *
 * @since 0.1
 */
public final class MovingOptions {

  private final ComponentTypes types;
  private final Set<Effect> moved;
  private final Set<String> apart;

  /**
   * Prepares.
   *
   * @param types the extensions, whose records say what their options move
   * @param moved the parts of a cell
   * @param apart kinds of extensions whose choices are left out
   */
  public MovingOptions(ComponentTypes types, Set<Effect> moved, Set<String> apart) {
    this.types = types;
    this.moved = Set.copyOf(moved);
    this.apart = Set.copyOf(apart);
  }

  /**
   * All options but those that move nothing.
   *
   * @param apart kinds of extensions whose choices are left out
   */
  public static MovingOptions all(ComponentTypes types, String... apart) {
    Set<Effect> moved = EnumSet.complementOf(EnumSet.of(Effect.NOTHING));
    return new MovingOptions(types, moved, Set.of(apart));
  }

  /**
   * Leaves the other options out.
   *
   * @param written a configuration with every option written out
   * @param type its record
   */
  public Mapping of(Mapping written, Class<? extends Record> type) {
    return options(written, OptionModel.of(type), Set.of());
  }

  private Mapping options(Mapping written, OptionModel model, Set<Effect> around) {
    return new Mapping(
        written.location(),
        written.entries().stream().flatMap(e -> entry(e, model, around).stream()).toList());
  }

  private Optional<Entry> entry(Entry entry, OptionModel model, Set<Effect> around) {
    Optional<ConfigNode> kept =
        model
            .find(entry.key())
            .map(option -> value(entry.value(), option.type(), option.affects(around)))
            .orElseGet(() -> isNothing(entry.value()) ? Optional.empty() : kept(entry.value()));
    return kept.map(value -> new Entry(entry.key(), entry.location(), value));
  }

  private Optional<ConfigNode> value(ConfigNode written, OptionType type, Set<Effect> affects) {
    if (type instanceof OptionType.Maybe maybe) {
      return value(written, maybe.value(), affects);
    }
    if (type instanceof OptionType.Chosen chosen) {
      return chosen(written, chosen, affects.isEmpty() ? chosen.affects() : affects);
    }
    if (type instanceof OptionType.Nested nested && written instanceof Mapping mapping) {
      Mapping options = options(mapping, OptionModel.of(nested.type()), affects);
      return options.entries().isEmpty() ? Optional.empty() : kept(options);
    }
    if (type instanceof OptionType.ListOf list && written instanceof Sequence sequence) {
      return list(sequence, list.element(), affects);
    }
    if (type instanceof OptionType.MapOf map && written instanceof Mapping mapping) {
      return map(mapping, map.value(), affects);
    }
    return isNothing(written) || !moves(affects) ? Optional.empty() : kept(written);
  }

  /** What an extension moves bounds what its options move. */
  private Optional<ConfigNode> chosen(
      ConfigNode written, OptionType.Chosen chosen, Set<Effect> affects) {
    if (isNothing(written) || apart.contains(chosen.kind()) || !moves(affects)) {
      return Optional.empty();
    }
    return written instanceof Mapping mapping
        ? written
            .reference()
            .flatMap(reference -> installed(chosen.kind(), reference))
            .map(type -> OptionModel.of(type.extension().configuration()))
            .<ConfigNode>map(model -> options(mapping, model, affects))
            .or(() -> kept(written))
        : kept(written);
  }

  /** The same version, or another one, where that is no longer installed. */
  private Optional<ComponentType> installed(String kind, String reference) {
    return types
        .find(kind, reference)
        .or(() -> types.find(kind, reference.replaceFirst("@.*", "")));
  }

  private Optional<ConfigNode> list(Sequence written, OptionType type, Set<Effect> affects) {
    List<Optional<ConfigNode>> elements =
        written.elements().stream().map(element -> value(element, type, affects)).toList();
    return elements.stream().allMatch(Optional::isEmpty)
        ? Optional.empty()
        : kept(
            new Sequence(
                written.location(),
                elements.stream().map(e -> e.orElseGet(() -> nothing(written))).toList()));
  }

  private Optional<ConfigNode> map(Mapping written, OptionType type, Set<Effect> affects) {
    List<Optional<ConfigNode>> values =
        written.entries().stream().map(entry -> value(entry.value(), type, affects)).toList();
    if (values.stream().allMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    return kept(
        new Mapping(
            written.location(),
            IntStream.range(0, values.size())
                .mapToObj(
                    i -> {
                      Entry entry = written.entries().get(i);
                      ConfigNode value = values.get(i).orElseGet(() -> nothing(written));
                      return new Entry(entry.key(), entry.location(), value);
                    })
                .toList()));
  }

  private boolean moves(Set<Effect> affects) {
    return affects.isEmpty() || !Collections.disjoint(affects, moved);
  }

  private static boolean isNothing(ConfigNode written) {
    return written instanceof Scalar scalar && scalar.isNothing();
  }

  private static ConfigNode nothing(ConfigNode at) {
    return new Mapping(at.location(), List.of());
  }

  private static Optional<ConfigNode> kept(ConfigNode written) {
    return Optional.of(written);
  }
}
