package io.flexora.testkit;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.formats.peft.MethodKeys;
import io.flexora.formats.peft.PeftAdapter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Adapters that are written with options which are not the defaults, and read as a host reads them:
 * the keys of the file that are options are given to the method, which has to compute what all keys
 * say.
 *
 * @param configuration the method with the options that a test gives it, as YAML
 * @param options the record of its options
 * @param maker makes a method of YAML
 * @param module where it is put
 */
record WrittenOptions(
    String configuration,
    Class<? extends Record> options,
    Function<String, AdapterMethod> maker,
    ModuleShape module) {

  private static final List<String> WHOLE = List.of("1", "2", "3", "5");
  private static final List<String> REAL = List.of("0.25", "0.5", "1.5", "3.0");

  /** The name of a method in its configuration. */
  static String use(String configuration) {
    String text = configuration.strip();
    return text.contains("use:") ? text.replaceAll("(?s)^.*?\\buse:\\s*([\\w-]+).*$", "$1") : text;
  }

  /**
   * The configuration with each of the options that it leaves out, one at a time, at other values,
   * as far as the method takes them.
   */
  List<String> others() {
    List<String> all = new ArrayList<>(List.of(configuration));
    values(options)
        .forEach(
            (key, some) ->
                some.stream()
                    .map(value -> with(key, value))
                    .filter(yaml -> !configuration.contains(key + ":") && method(yaml).isPresent())
                    .forEach(all::add));
    return all;
  }

  private String with(String key, String value) {
    String text = configuration.strip();
    return text.startsWith("{")
        ? text.substring(0, text.lastIndexOf('}')) + ", " + key + ": " + value + "}"
        : "{use: " + text + ", " + key + ": " + value + "}";
  }

  /** The method, if it takes these options and fits the module. */
  private Optional<AdapterMethod> method(String yaml) {
    try {
      AdapterMethod made = maker.apply(yaml);
      return made.parameters(module).isEmpty() ? Optional.empty() : Optional.of(made);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Map<String, List<String>> values(Class<? extends Record> options) {
    Map<String, List<String>> values = new TreeMap<>();
    for (RecordComponent component : options.getRecordComponents()) {
      if (component.isAnnotationPresent(Inline.class)) {
        values.putAll(values(component.getType().asSubclass(Record.class)));
      } else {
        values.put(key(component), valuesOf(type(component)));
      }
    }
    return values;
  }

  /** The type of an option, or of what may be left out. */
  private static Class<?> type(RecordComponent component) {
    return component.getType() == Optional.class
            && component.getGenericType() instanceof ParameterizedType of
            && of.getActualTypeArguments()[0] instanceof Class<?> inner
        ? inner
        : component.getType();
  }

  private static List<String> valuesOf(Class<?> type) {
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return WHOLE;
    }
    if (type == double.class || type == Double.class) {
      return REAL;
    }
    if (type == boolean.class || type == Boolean.class) {
      return List.of("true", "false");
    }
    return type.isEnum()
        ? Stream.of(type.getEnumConstants())
            .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList()
        : List.of();
  }

  /** What a host cannot read of an adapter with these options; empty if it can. */
  Optional<String> misread(String yaml) {
    AdapterMethod trained = method(yaml).orElseThrow();
    AdapterSite site = new AdapterSite(0, module);
    List<AdapterArray> arrays =
        trained.parameters(module).stream()
            .map(p -> new AdapterArray(p, new float[Math.toIntExact(p.shape().size())]))
            .toList();
    PeftAdapter written =
        new PeftAdapter(
            trained.form().configuration(Map.of(site, arrays)),
            new TreeMap<>(
                Map.of(
                    PeftAdapter.PREFIX + site.path() + ".tensor",
                    new PeftAdapter.Values(List.of(1L), new float[1]))));
    try {
      MethodKeys.requireSame(written, read(written));
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The method with those keys of a file that are its options. */
  private AdapterMethod read(PeftAdapter adapter) {
    List<String> given = new ArrayList<>(List.of("use: " + use(configuration)));
    MethodKeys.options(adapter)
        .forEach(
            (key, value) -> {
              if (keys(options).anyMatch(key::equals)) {
                given.add(key + ": " + value);
              }
            });
    return maker.apply("{" + String.join(", ", given) + "}");
  }

  /** The keys of options and their aliases. */
  static Stream<String> keys(Class<? extends Record> options) {
    return Arrays.stream(options.getRecordComponents())
        .flatMap(
            component ->
                component.isAnnotationPresent(Inline.class)
                    ? keys(component.getType().asSubclass(Record.class))
                    : Stream.concat(
                        Stream.of(key(component)),
                        Arrays.stream(component.getAnnotation(Option.class).aliases())));
  }

  private static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
