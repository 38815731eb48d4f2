package io.flexora.config.binding;

import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.OptionType;
import io.flexora.config.option.Text;
import io.flexora.config.option.Words;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.Location;
import io.flexora.config.yaml.Quote;
import io.flexora.files.message.NearestName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** One pass over a configuration; it collects all mistakes instead of stopping at the first. */
final class Binding {

  /** A value and how it is written out. */
  record Value(Object value, ConfigNode node) {}

  /** What is the same text in YAML. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  private final Mistakes mistakes = new Mistakes();
  private final ComponentBinding components;
  private final ConfigurationReader reader = new ConfigurationReader();

  Binding(ComponentTypes types, ComponentFactory factory) {
    this.components = new ComponentBinding(types, factory, this, mistakes);
  }

  /**
   * Why the default of an option is no value of it; empty for options of their own and for
   * extensions, which are known only where they are chosen.
   */
  static Optional<String> refusedDefault(OptionDescription option) {
    if (option.byDefault().isEmpty() || !isPlain(option.type())) {
      return Optional.empty();
    }
    Binding binding =
        new Binding(
            ComponentTypes.NONE,
            (type, configuration) -> {
              throw new IllegalStateException("no extension is chosen");
            });
    Location location = Location.ofText("default");
    try {
      return binding.bindOption(option, Optional.empty(), location, Place.ROOT).isPresent()
          ? Optional.empty()
          : Optional.of(binding.mistakes.all().get(0).message());
    } catch (ConfigurationException e) {
      return Optional.of(
          "the default of option '%s' cannot be read: %s"
              .formatted(option.key(), e.problems().get(0).message()));
    }
  }

  private static boolean isPlain(OptionType type) {
    if (type instanceof OptionType.ListOf list) {
      return isPlain(list.element());
    }
    if (type instanceof OptionType.MapOf map) {
      return isPlain(map.value());
    }
    return type instanceof OptionType.Maybe maybe
        ? isPlain(maybe.value())
        : type instanceof OptionType.Word;
  }

  /** The mistakes that are found so far. */
  Mistakes mistakes() {
    return mistakes;
  }

  /** Binds options to a record; empty if there was a mistake. */
  Optional<Value> bindRecord(Mapping node, OptionModel model, Place place) {
    mistakes.unknown().accept(model, place);
    Map<String, Entry> written = new OptionEntries(model, place, mistakes).of(node);
    List<Object> values = new ArrayList<>();
    List<Entry> resolved = new ArrayList<>();
    for (OptionDescription option : model.options()) {
      bindOption(option, Optional.ofNullable(written.get(option.key())), node.location(), place)
          .ifPresent(
              value -> {
                values.add(value.value());
                resolved.add(new Entry(option.key(), value.node().location(), value.node()));
              });
    }
    if (values.size() < model.options().size()) {
      return Optional.empty();
    }
    Mapping bound = new Mapping(node.location(), resolved);
    return new RecordMaker(mistakes)
        .make(model, values, bound, place)
        .map(v -> new Value(v, bound));
  }

  private Optional<Value> bindOption(
      OptionDescription option, Optional<Entry> entry, Location owner, Place parent) {
    Place place = parent.key(option.key()).or(option.fallback());
    if (entry.isPresent()) {
      return bind(entry.get().value(), option.type(), place);
    }
    if (option.byDefault().isPresent()) {
      ConfigNode value = defaultNode(option.byDefault().get(), owner);
      return bind(value, option.type(), place.byDefault());
    }
    if (option.type() instanceof OptionType.Maybe) {
      return Optional.of(new Value(Optional.empty(), Scalar.ofNothing(owner)));
    }
    if (option.type() instanceof OptionType.Nested nested && !option.isRequired()) {
      return bindRecord(new Mapping(owner, List.of()), OptionModel.of(nested.type()), place);
    }
    mistakes.problem(owner, place.phrase() + " is missing; it has to be " + meaning(option));
    return Optional.empty();
  }

  private static String meaning(OptionDescription option) {
    return option.type().accepted() + " (" + option.doc().replaceFirst("[.]$", "") + ")";
  }

  private Optional<Value> bind(ConfigNode node, OptionType type, Place place) {
    boolean nothing = node instanceof Scalar scalar && scalar.isNothing();
    if (type instanceof OptionType.Maybe maybe) {
      return nothing
          ? Optional.of(new Value(Optional.empty(), Scalar.ofNothing(node.location())))
          : bind(node, maybe.value(), place)
              .map(value -> new Value(Optional.of(value.value()), value.node()));
    }
    if (nothing) {
      String hint = type instanceof OptionType.Word word ? word.hint((Scalar) node) : "";
      mistakes.problem(
          node.location(),
          place.phrase() + " has no value; it has to be " + type.accepted() + hint);
      return Optional.empty();
    }
    return bindValue(node, type, place);
  }

  private Optional<Value> bindValue(ConfigNode node, OptionType type, Place place) {
    if (type instanceof OptionType.Chosen chosen && !(node instanceof Sequence)) {
      return components.bind(node, chosen, place);
    }
    if (type instanceof OptionType.Nested nested && node instanceof Mapping mapping) {
      return bindRecord(mapping, OptionModel.of(nested.type()), place);
    }
    if (type instanceof OptionType.ListOf list && node instanceof Sequence sequence) {
      return bindList(sequence, list, place);
    }
    if (type instanceof OptionType.MapOf map && node instanceof Mapping mapping) {
      return bindMap(mapping, map, place);
    }
    if (type instanceof OptionType.Word word && node instanceof Scalar scalar) {
      return bindWord(scalar, word, place);
    }
    if (type instanceof OptionType.Nested nested) {
      return refused(node, type, place, ": " + Words.list(OptionModel.of(nested.type()).keys()));
    }
    return refused(node, type, place, hint(node, type));
  }

  private static String hint(ConfigNode node, OptionType type) {
    if (type instanceof OptionType.ListOf && node instanceof Scalar) {
      return "; put it in brackets: [...]";
    }
    if (type instanceof Text && node instanceof Mapping mapping && mapping.entries().size() == 1) {
      Entry entry = mapping.entries().get(0);
      return entry.value() instanceof Scalar scalar && scalar.isNothing()
          ? "; put text with braces in quotes: \"{" + Quote.shortened(entry.key()) + "}\""
          : "";
    }
    return "";
  }

  private Optional<Value> bindWord(Scalar scalar, OptionType.Word type, Place place) {
    Optional<Object> read = type.read(scalar);
    return read.isEmpty()
        ? refused(scalar, type, place, type.hint(scalar))
        : read.map(value -> new Value(value, type.written(scalar, value)));
  }

  private Optional<Value> bindList(Sequence node, OptionType.ListOf type, Place place) {
    List<Object> values = new ArrayList<>();
    List<ConfigNode> written = new ArrayList<>();
    for (int i = 0; i < node.elements().size(); i++) {
      bind(node.elements().get(i), type.element(), place.element(i))
          .ifPresent(
              value -> {
                values.add(value.value());
                written.add(value.node());
              });
    }
    return values.size() < node.elements().size()
        ? Optional.empty()
        : Optional.of(new Value(List.copyOf(values), new Sequence(node.location(), written)));
  }

  private Optional<Value> bindMap(Mapping node, OptionType.MapOf type, Place place) {
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, Entry> first = new HashMap<>();
    List<Entry> written = new ArrayList<>();
    for (Entry entry : node.entries()) {
      Entry earlier = first.putIfAbsent(entry.key(), entry);
      if (earlier != null) {
        mistakes.twice(earlier, entry, place);
      }
      bind(entry.value(), type.value(), place.key(entry.key()).meaning(meant(entry, node, place)))
          .ifPresent(
              value -> {
                values.put(entry.key(), value.value());
                written.add(new Entry(entry.key(), entry.location(), value.node()));
              });
    }
    return written.size() < node.entries().size()
        ? Optional.empty()
        : Optional.of(
            new Value(Collections.unmodifiableMap(values), new Mapping(node.location(), written)));
  }

  /** Of a key that a flag alone has made the option that it most likely means. */
  private static Optional<String> meant(Entry entry, Mapping map, Place place) {
    if (!entry.location().isFlag()) {
      return Optional.empty();
    }
    List<String> others =
        map.entries().stream()
            .filter(other -> other.value().reference().isPresent())
            .map(Entry::key)
            .toList();
    return NearestName.to(entry.key(), others).map(key -> place.key(key).path());
  }

  private Optional<Value> refused(ConfigNode node, OptionType type, Place place, String hint) {
    mistakes.problem(
        node.location(),
        place.phrase() + " is " + seen(node) + ", but has to be " + type.accepted() + hint);
    return Optional.empty();
  }

  private static String seen(ConfigNode node) {
    if (node instanceof Scalar scalar) {
      String text = Quote.shortened(scalar.text());
      return scalar.plain() ? "'" + text + "'" : "the text \"" + text + "\"";
    }
    return node instanceof Sequence ? "a list" : "a mapping";
  }

  private ConfigNode defaultNode(String text, Location owner) {
    Location location = owner.forDefault();
    // Most defaults are a word, and all of them are read when the program starts.
    return WORD.matcher(text).matches()
        ? new Scalar(location, text, true)
        : reader.parse(text, "default").at(location);
  }
}
