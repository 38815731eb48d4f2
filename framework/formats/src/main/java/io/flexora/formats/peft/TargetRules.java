package io.flexora.formats.peft;

import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules of a model that PEFT adapts, by the keys of an {@code adapter_config.json} (PEFT,
 * tuners/tuners_utils.py, {@code check_target_module_exists}): those whose path is one of {@code
 * target_modules} or ends in one, the latter in {@code layers_to_transform} alone where that is
 * given; or those whose whole path a regular expression matches.
 */
final class TargetRules {

  /** The keys that are read here. */
  static final List<String> KEYS =
      List.of(
          "target_modules",
          "exclude_modules",
          "modules_to_save",
          "layers_to_transform",
          "layers_pattern");

  private static final String ALL_LINEAR = "all-linear";
  private static final Pattern NUMBERED = Pattern.compile(".*?\\.[^.]*\\.(?<layer>\\d+)\\.");
  private static final int MOST_DIGITS = 9;

  private final Predicate<String> target;
  private final Predicate<String> excluded;

  private TargetRules(Predicate<String> target, Predicate<String> excluded) {
    this.target = target;
    this.excluded = excluded;
  }

  /**
   * Reads the keys.
   *
   * @throws FlexoraException if a value is none that PEFT takes
   */
  static TargetRules of(Map<String, Object> configuration) {
    Values values = new Values(configuration);
    List<Integer> layers = values.numbers("layers_to_transform");
    List<String> patterns =
        values.texts("layers_pattern").stream().filter(pattern -> !pattern.isEmpty()).toList();
    if (!patterns.isEmpty() && layers.isEmpty()) {
      throw new FlexoraException(
          "the adapter's configuration has layers_pattern but no layers_to_transform");
    }
    Predicate<String> target =
        configuration.get("target_modules") instanceof String text
            ? whole(text, layers)
            : named(values.texts("target_modules"), new Layers(layers, patterns));
    return new TargetRules(target, excluded(configuration, values));
  }

  private static Predicate<String> whole(String text, List<Integer> layers) {
    if (text.equals(ALL_LINEAR)) {
      return path -> true;
    }
    if (!layers.isEmpty()) {
      throw new FlexoraException(
          "the adapter's configuration has layers_to_transform, but its target_modules is a"
              + " regular expression, which says that by itself");
    }
    return matching("target_modules", text);
  }

  private static Predicate<String> matching(String key, String regex) {
    Pattern pattern = BoundedText.compile(key, regex);
    return path -> pattern.matcher(BoundedText.of(path, pattern)).matches();
  }

  private static Predicate<String> named(List<String> names, Layers layers) {
    return path -> names.contains(path) || (endsInOne(path, names) && layers.hold(path));
  }

  private static boolean endsInOne(String path, List<String> names) {
    return names.stream().anyMatch(name -> path.endsWith("." + name));
  }

  private static Predicate<String> excluded(Map<String, Object> configuration, Values values) {
    Predicate<String> saved =
        values.texts("modules_to_save").stream()
            .map(name -> matching("modules_to_save", "(^|.*\\.)" + name + "($|\\..*)"))
            .reduce(path -> false, Predicate::or);
    if (configuration.get("exclude_modules") instanceof String regex) {
      return saved.or(matching("exclude_modules", regex));
    }
    List<String> names = values.texts("exclude_modules");
    return saved.or(path -> names.contains(path) || endsInOne(path, names));
  }

  /** Whether the linear module at that path carries an adapter. */
  boolean adapts(String path) {
    return !excluded.test(path) && target.test(path);
  }

  /** The filter by layer; without layers everything passes. */
  private record Layers(List<Integer> layers, List<String> patterns) {

    boolean hold(String path) {
      return layers.isEmpty() || number(path).filter(layers::contains).isPresent();
    }

    private Optional<Integer> number(String path) {
      if (patterns.isEmpty()) {
        return number(NUMBERED.matcher(path));
      }
      return patterns.stream()
          .map(
              p ->
                  BoundedText.compile(
                      "layers_pattern", "(?:^|.*?\\.)" + p + "\\.(?<layer>\\d+)\\."))
          .flatMap(p -> number(p.matcher(BoundedText.of(path, p))).stream())
          .findFirst();
    }

    private static Optional<Integer> number(Matcher matcher) {
      return matcher.lookingAt() && matcher.group("layer").length() <= MOST_DIGITS
          ? Optional.of(Integer.valueOf(matcher.group("layer")))
          : Optional.empty();
    }
  }

  /** Values that may be missing, one, or a list. */
  private record Values(Map<String, Object> keys) {

    List<String> texts(String key) {
      return all(key, String.class, "names");
    }

    List<Integer> numbers(String key) {
      return all(key, Integer.class, "layers");
    }

    private <T> List<T> all(String key, Class<T> type, String what) {
      List<?> list = list(key);
      if (!list.stream().allMatch(type::isInstance)) {
        throw new FlexoraException(
            "%s of the adapter's configuration is %s, but has to be a list of %s"
                .formatted(key, keys.get(key), what));
      }
      return list.stream().map(type::cast).toList();
    }

    private List<?> list(String key) {
      Object value = keys.get(key);
      if (value == null) {
        return List.of();
      }
      return value instanceof List<?> list ? list : List.of(value);
    }
  }
}
