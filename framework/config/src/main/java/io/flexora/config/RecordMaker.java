package io.flexora.config;

import io.flexora.api.plugin.Inline;
import io.flexora.api.run.FlexoraException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Calls the constructor of a record, which may have the last word on its values. */
final class RecordMaker {

  private final Binding binding;

  RecordMaker(Binding binding) {
    this.binding = binding;
  }

  /**
   * Makes the record and those inlined in it; empty if a constructor refused the values, which is
   * noted.
   *
   * @param values the values of the model's options, in their order
   */
  Optional<Record> make(OptionModel model, List<Object> values, Location location, Place place) {
    try {
      return Optional.of(make(model.type(), values.iterator()));
    } catch (InvocationTargetException e) {
      binding.problem(location, place.phrase() + " is not accepted: " + reason(e.getCause()));
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(model.type().getName() + " cannot be made", e);
    }
  }

  private static Record make(Class<? extends Record> type, Iterator<Object> values)
      throws ReflectiveOperationException {
    List<Object> arguments = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      arguments.add(
          component.isAnnotationPresent(Inline.class)
              ? make(component.getType().asSubclass(Record.class), values)
              : values.next());
    }
    return constructor(type).newInstance(arguments.toArray());
  }

  private static Constructor<? extends Record> constructor(Class<? extends Record> type)
      throws NoSuchMethodException {
    Class<?>[] parameters =
        Stream.of(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<? extends Record> constructor = type.getDeclaredConstructor(parameters);
    constructor.setAccessible(true);
    return constructor;
  }

  private static String reason(Throwable cause) {
    boolean told = cause instanceof IllegalArgumentException || cause instanceof FlexoraException;
    return told && cause.getMessage() != null ? cause.getMessage() : cause.toString();
  }
}
