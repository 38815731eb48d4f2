package io.flexora.config.option;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.ExtensionPoint;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the option type of a record component's Java type. */
final class OptionTypes {

  private static final String TYPES =
      "it may be int, long, double, boolean, String, an enum, Duration, Path, Component, a record,"
          + " a List, a Map from String, or an Optional of one of these";

  private final String component;
  private final Bounds bounds;

  OptionTypes(String component, Bounds bounds) {
    this.component = component;
    this.bounds = bounds;
  }

  OptionType of(RecordComponent of) {
    return of(of.getGenericType());
  }

  private OptionType of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    if (type instanceof Class<?> plain) {
      return simple(plain);
    }
    throw unsupported(type);
  }

  private OptionType generic(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    Class<?> raw = (Class<?>) type.getRawType();
    if (raw == Component.class && arguments[0] instanceof Class<?> point) {
      return chosen(point);
    }
    if (raw == List.class) {
      return new OptionType.ListOf(of(arguments[0]));
    }
    if (raw == Optional.class) {
      return new OptionType.Maybe(of(arguments[0]));
    }
    if (raw == Map.class && arguments[0] == String.class) {
      return new OptionType.MapOf(of(arguments[1]));
    }
    throw unsupported(type);
  }

  private OptionType simple(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return new WholeNumber(false, bounds);
    }
    if (type == long.class || type == Long.class) {
      return new WholeNumber(true, bounds);
    }
    if (type == double.class || type == Double.class) {
      return new RealNumber(bounds);
    }
    if (type == boolean.class || type == Boolean.class) {
      return new TrueOrFalse();
    }
    return type == Duration.class ? new TimeSpan(bounds) : unbounded(type);
  }

  private OptionType unbounded(Class<?> type) {
    if (type == String.class) {
      return new Text();
    }
    if (type == Path.class) {
      return new FilePath();
    }
    if (type.isEnum()) {
      return new EnumConstant(constants(type));
    }
    if (type.isRecord()) {
      return new OptionType.Nested(type.asSubclass(Record.class));
    }
    throw unsupported(type);
  }

  @SuppressWarnings("unchecked") // a class that is an enum extends Enum of itself
  private static Class<? extends Enum<?>> constants(Class<?> type) {
    return (Class<? extends Enum<?>>) type.asSubclass(Enum.class);
  }

  private OptionType chosen(Class<?> point) {
    ExtensionPoint kind = point.getAnnotation(ExtensionPoint.class);
    if (kind == null) {
      throw new IllegalArgumentException(
          component + " is a component of " + point.getName() + ", which is no extension point");
    }
    return new OptionType.Chosen(kind.value(), Set.of(kind.affects()));
  }

  private IllegalArgumentException unsupported(Type type) {
    return new IllegalArgumentException(
        "%s is of type %s, which an option cannot have; %s"
            .formatted(component, type.getTypeName(), TYPES));
  }
}
