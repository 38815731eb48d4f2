package io.flexora.config.binding;

import io.flexora.config.option.ComponentType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The extensions that bound options choose, with those that they choose in turn.
 *
 * @since 0.1
 */
public final class ChosenComponents {

  private final Set<ComponentType> found = new LinkedHashSet<>();

  private ChosenComponents() {}

  /**
   * Finds them.
   *
   * @param options components, records of options, and optionals, lists and maps of these
   * @return each once, in the order in which they are found
   */
  public static List<ComponentType> in(Object... options) {
    ChosenComponents components = new ChosenComponents();
    for (Object option : options) {
      components.look(option);
    }
    return List.copyOf(components.found);
  }

  private void look(Object value) {
    if (value instanceof ChosenComponent<?> component) {
      found.add(component.type());
      look(component.configuration());
    } else if (value instanceof Record options) {
      for (RecordComponent component : options.getClass().getRecordComponents()) {
        look(value(options, component));
      }
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(this::look);
    } else if (value instanceof Collection<?> elements) {
      elements.forEach(this::look);
    } else if (value instanceof Map<?, ?> entries) {
      entries.values().forEach(this::look);
    }
  }

  static Object value(Record options, RecordComponent component) {
    Method accessor = component.getAccessor();
    try {
      // The record of a plugin need not be public.
      accessor.setAccessible(true);
      return accessor.invoke(options);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
