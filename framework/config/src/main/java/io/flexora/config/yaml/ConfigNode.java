package io.flexora.config.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A piece of a configuration as it was written, with the place of each value.
 *
 * @since 0.1
 */
public sealed interface ConfigNode {

  /** The key that names an extension among its options. */
  String USE = "use";

  /** Where it was written. */
  Location location();

  /** The same, all of it at one place. */
  ConfigNode at(Location place);

  /** The extension that it names, alone or by {@value #USE}; empty if it names none. */
  default Optional<String> reference() {
    ConfigNode use = this instanceof Mapping mapping ? mapping.get(USE).orElse(this) : this;
    return use instanceof Scalar scalar && !scalar.isNothing()
        ? Optional.of(scalar.text())
        : Optional.empty();
  }

  /**
   * Where an option was written, be it one of these or of another extension among them; empty if it
   * was not.
   *
   * @param option the path of the option, its keys joined by dots, or the end of such a path
   */
  default Optional<Location> placeOf(String option) {
    return written()
        .filter(entry -> ("." + entry.key()).endsWith("." + option))
        .map(entry -> entry.value().location())
        .findFirst();
  }

  /** The written options by their paths: its own, then those of the nodes among them. */
  private Stream<Entry> written() {
    if (this instanceof Sequence sequence) {
      return sequence.elements().stream().flatMap(ConfigNode::written);
    }
    if (!(this instanceof Mapping mapping)) {
      return Stream.empty();
    }
    List<Entry> own = mapping.entries().stream().filter(this::isWritten).toList();
    return Stream.concat(own.stream(), own.stream().flatMap(ConfigNode::below));
  }

  private static Stream<Entry> below(Entry entry) {
    return entry
        .value()
        .written()
        .map(e -> new Entry(entry.key() + "." + e.key(), e.location(), e.value()));
  }

  /** A default value has the place of its component, and so have the values that a flag gives. */
  private boolean isWritten(Entry entry) {
    Location place = entry.value().location();
    boolean differs = place.compareTo(location()) != 0;
    return !entry.key().equals(USE) && (differs || (place.isFlag() && !place.ofDefault()));
  }

  /**
   * One line of a mapping.
   *
   * @param key the key
   * @param location where the key was written
   * @param value the value
   */
  record Entry(String key, Location location, ConfigNode value) {}

  /**
   * Keys with values, in the order in which they were written. A key that was written twice is
   * there twice.
   */
  record Mapping(Location location, List<Entry> entries) implements ConfigNode {

    /** Copies the entries. */
    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public Mapping at(Location place) {
      return new Mapping(
          place,
          entries.stream().map(e -> new Entry(e.key(), place, e.value().at(place))).toList());
    }

    /** The value of a key. */
    public Optional<ConfigNode> get(String key) {
      return entry(key).map(Entry::value);
    }

    /** The first entry of a key. */
    public Optional<Entry> entry(String key) {
      return entries.stream().filter(e -> e.key().equals(key)).findFirst();
    }

    /** The mapping with that entry instead of the first one of its key, or at the end. */
    public Mapping with(Entry entry) {
      List<Entry> changed = new ArrayList<>(entries);
      for (int i = 0; i < changed.size(); i++) {
        if (changed.get(i).key().equals(entry.key())) {
          changed.set(i, entry);
          return new Mapping(location, changed);
        }
      }
      changed.add(entry);
      return new Mapping(location, changed);
    }
  }

  /** A list of values. */
  record Sequence(Location location, List<ConfigNode> elements) implements ConfigNode {

    /** Copies the elements. */
    public Sequence {
      elements = List.copyOf(elements);
    }

    @Override
    public Sequence at(Location place) {
      return new Sequence(place, elements.stream().map(e -> e.at(place)).toList());
    }
  }

  /**
   * One word, number or text.
   *
   * @param text the characters, without quotes
   * @param plain whether it was written without quotes, so that it may be a number, {@code true},
   *     {@code false} or nothing
   */
  record Scalar(Location location, String text, boolean plain) implements ConfigNode {

    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    @Override
    public Scalar at(Location place) {
      return new Scalar(place, text, plain);
    }

    /** A text. */
    public static Scalar ofText(Location location, String text) {
      return new Scalar(location, text, false);
    }

    /** No value. */
    public static Scalar ofNothing(Location location) {
      return new Scalar(location, "null", true);
    }

    /** Whether there is no value. */
    public boolean isNothing() {
      return plain && NOTHING.contains(text);
    }
  }
}
