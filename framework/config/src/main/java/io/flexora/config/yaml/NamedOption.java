package io.flexora.config.yaml;

import io.flexora.api.run.Compatibility.Incompatibility;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the option that a message is about, since an extension that refuses its options does not
 * know where they were written.
 *
 * @since 0.1
 */
public final class NamedOption {

  /** Shorter values, such as numbers, are in messages by chance. */
  private static final int LEAST_VALUE = 5;

  private static final Pattern SCHEME = Pattern.compile("^[a-z]{2,8}:");

  private NamedOption() {}

  /**
   * The place of the option that a message names by its key, or else by its value, be it one of the
   * extension or of another that it chooses; that of the component if it names none.
   *
   * @param component the options of an extension
   */
  public static Location in(ConfigNode component, String message) {
    List<Entry> entries = written(component);
    Optional<Entry> byKey =
        entries.stream()
            .filter(e -> speaksOf(message, e.key().substring(e.key().lastIndexOf('.') + 1)))
            .findFirst();
    return byKey
        .or(() -> byValue(entries, message))
        .map(entry -> entry.value().location())
        .orElse(component.location());
  }

  /**
   * The place of the option that an extension refuses, where it was written; else as {@link
   * #in(ConfigNode, String)}.
   */
  public static Location in(ConfigNode component, Incompatibility refusal) {
    return written(component).stream()
        .filter(entry -> ("." + entry.key()).endsWith("." + refusal.option()))
        .findFirst()
        .map(entry -> entry.value().location())
        .orElseGet(() -> in(component, refusal.message()));
  }

  /** The written options by their paths: its own, then those of the mappings among them. */
  private static List<Entry> written(ConfigNode component) {
    if (!(component instanceof Mapping mapping)) {
      return List.of();
    }
    List<Entry> own = mapping.entries().stream().filter(e -> isWritten(e, component)).toList();
    return Stream.concat(
            own.stream(),
            own.stream()
                .flatMap(
                    e ->
                        written(e.value()).stream()
                            .map(
                                inner ->
                                    new Entry(
                                        e.key() + "." + inner.key(),
                                        inner.location(),
                                        inner.value()))))
        .toList();
  }

  /** A value by default has the place of the component; of a flag, so have those that it gives. */
  private static boolean isWritten(Entry entry, ConfigNode component) {
    Location place = entry.value().location();
    boolean differs = place.compareTo(component.location()) != 0;
    return !entry.key().equals(ConfigNode.USE)
        && (differs || (place.isFlag() && !place.ofDefault()));
  }

  /** Whether a message names a key. One that may be any word has to stand as a key. */
  public static boolean speaksOf(String message, String key) {
    String word = Pattern.quote(key);
    String pattern =
        key.contains("_") ? "\\b" + word + "\\b" : "'" + word + "'|\\b" + word + "( is |: )";
    return Pattern.compile(pattern).matcher(message).find();
  }

  private static Optional<Entry> byValue(List<Entry> entries, String message) {
    return entries.stream()
        .filter(entry -> value(entry).length() >= LEAST_VALUE && message.contains(value(entry)))
        .max(Comparator.comparingInt(entry -> value(entry).length()));
  }

  private static String value(Entry entry) {
    return entry.value() instanceof Scalar scalar
        ? SCHEME.matcher(scalar.text()).replaceFirst("")
        : "";
  }
}
