package io.flexora.config.binding;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.option.OptionModel;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.Location;
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

  private final Mistakes mistakes;

  RecordMaker(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Makes the record and those inlined in it; empty if a constructor refused the values, which is
   * noted.
   *
   * @param values the values of the model's options, in their order
   * @param bound where they were written
   */
  Optional<Record> make(OptionModel model, List<Object> values, Mapping bound, Place place) {
    try {
      return Optional.of(make(model.type(), values.iterator()));
    } catch (InvocationTargetException e) {
      mistakes.problem(
          location(model, e.getCause(), bound),
          place.phrase() + " is not accepted: " + reason(e.getCause()));
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

  private static Location location(OptionModel model, Throwable cause, Mapping bound) {
    if (!(cause instanceof OptionException refused)) {
      return bound.location();
    }
    Stream.concat(refused.path().stream().limit(1), refused.missing().stream())
        .filter(key -> model.find(key).isEmpty())
        .findFirst()
        .ifPresent(
            key -> {
              throw new IllegalArgumentException(
                  "%s refuses option '%s', which is none of its own: %s"
                      .formatted(model.type().getName(), key, String.join(", ", model.keys())),
                  refused);
            });
    return refused.missing().stream()
        .flatMap(key -> emptied(bound, key).stream())
        .findFirst()
        .orElseGet(() -> location(refused, bound));
  }

  /** The flag that took the value of an option away. */
  private static Optional<Location> emptied(Mapping bound, String key) {
    return bound
        .get(key)
        .filter(value -> value instanceof Scalar scalar && scalar.isNothing())
        .map(ConfigNode::location)
        .filter(Location::isFlag);
  }

  /** Of an option the place of its value, of an entry the place of its key. */
  private static Location location(OptionException refused, Mapping bound) {
    if (refused.path().isEmpty()) {
      return bound.location();
    }
    ConfigNode option = bound.get(refused.path().get(0)).orElse(bound);
    if (refused.path().size() > 1 && option instanceof Mapping entries) {
      return entries.entry(refused.path().get(1)).map(Entry::location).orElse(option.location());
    }
    return option.location();
  }

  private static String reason(Throwable cause) {
    boolean told = cause instanceof IllegalArgumentException || cause instanceof FlexoraException;
    return told && cause.getMessage() != null ? cause.getMessage() : cause.toString();
  }
}
