package io.flexora.config.option;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.config.yaml.ConfigNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the options that the annotations of a record's components define. */
final class OptionReader {

  private final Set<Class<?>> around = new HashSet<>();

  /**
   * Reads a record, in declaration order.
   *
   * @throws IllegalArgumentException as {@link OptionModel#of}
   */
  List<OptionDescription> read(Class<? extends Record> type) {
    if (!around.add(type)) {
      throw new IllegalArgumentException(type.getName() + " holds itself");
    }
    List<OptionDescription> options = new ArrayList<>();
    Set<String> keys = new HashSet<>(Set.of(ConfigNode.USE));
    for (RecordComponent component : type.getRecordComponents()) {
      for (OptionDescription option : options(component)) {
        option.keys().filter(key -> !keys.add(key)).forEach(key -> taken(component, key));
        options.add(option);
      }
    }
    around.remove(type);
    return options;
  }

  private List<OptionDescription> options(RecordComponent component) {
    Inline inline = component.getAnnotation(Inline.class);
    Option option = component.getAnnotation(Option.class);
    if (inline != null) {
      require(option == null, component, "has both @Option and @Inline");
      return inlined(component, inline);
    }
    require(option != null, component, "has no @Option");
    return List.of(option(component, option));
  }

  private List<OptionDescription> inlined(RecordComponent component, Inline inline) {
    require(component.getType().isRecord(), component, "is inlined, but is no record");
    List<OptionDescription> options =
        new ArrayList<>(read(component.getType().asSubclass(Record.class)));
    for (String text : inline.defaults()) {
      String[] parts = text.split(":", 2);
      require(
          parts.length == 2, component, "has the default '" + text + "', which is no 'KEY: VALUE'");
      int index = options.stream().map(OptionDescription::key).toList().indexOf(parts[0].trim());
      require(index >= 0, component, "has a default of '" + parts[0] + "', which is no option");
      options.set(index, options.get(index).byDefault(parts[1].trim()));
    }
    return options;
  }

  private static OptionDescription option(RecordComponent component, Option option) {
    return new OptionDescription(
        Words.snakeCase(component.getName()),
        new OptionTypes(name(component), Bounds.of(option)).of(component),
        Optional.of(option.byDefault()).filter(text -> !text.isEmpty()),
        List.of(option.aliases()),
        option.doc(),
        affects(component, option));
  }

  private static Set<Effect> affects(RecordComponent component, Option option) {
    Set<Effect> affects = Set.copyOf(List.of(option.affects()));
    require(
        affects.size() < 2 || !affects.contains(Effect.NOTHING),
        component,
        "affects nothing and something");
    return affects;
  }

  private static void taken(RecordComponent component, String key) {
    require(false, component, "has the key '" + key + "', which is already taken");
  }

  private static void require(boolean condition, RecordComponent component, String message) {
    if (!condition) {
      throw new IllegalArgumentException(name(component) + " " + message);
    }
  }

  private static String name(RecordComponent component) {
    return component.getDeclaringRecord().getName() + "." + component.getName();
  }
}
