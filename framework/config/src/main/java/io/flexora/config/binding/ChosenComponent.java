package io.flexora.config.binding;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Option;
import io.flexora.config.option.ComponentType;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.Location;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A component as the configuration chose it. Two are equal if they are the same extension and their
 * options are equal but for those that move nothing.
 *
 * @param <T> the extension point
 * @since 0.1
 */
public final class ChosenComponent<T> implements Component<T> {

  private final ComponentType type;
  private final Record configuration;
  private final ConfigNode written;
  private final ComponentFactory factory;
  private T made;

  /** Makes a component of bound options. */
  ChosenComponent(
      ComponentType type, Record configuration, ConfigNode written, ComponentFactory factory) {
    this.type = type;
    this.configuration = configuration;
    this.written = written;
    this.factory = factory;
  }

  @Override
  public String name() {
    return type.name();
  }

  /** The extension. */
  public ComponentType type() {
    return type;
  }

  /** Where it was written. */
  public Location location() {
    return written.location();
  }

  /** The place where one of its options was written; see {@link ConfigNode#placeOf}. */
  public Optional<Location> placeOf(String option) {
    return written.placeOf(option);
  }

  /** Its options. */
  public Record configuration() {
    return configuration;
  }

  @Override
  @SuppressWarnings("unchecked") // cast by the extension point, which has T as its class
  public synchronized T get() {
    if (made == null) {
      made = (T) type.extension().point().cast(factory.create(type, configuration));
    }
    return made;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChosenComponent<?> that
        && type.equals(that.type)
        && moving(configuration).equals(moving(that.configuration));
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, moving(configuration));
  }

  private static Object moving(Object value) {
    return value instanceof Record options
        ? Stream.of(options.getClass().getRecordComponents())
            .filter(ChosenComponent::moves)
            .map(component -> moving(ChosenComponents.value(options, component)))
            .toList()
        : value;
  }

  private static boolean moves(RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    return option == null || !List.of(option.affects()).contains(Effect.NOTHING);
  }

  @Override
  public String toString() {
    return type.reference() + " " + configuration;
  }
}
