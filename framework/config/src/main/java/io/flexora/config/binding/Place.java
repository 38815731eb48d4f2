package io.flexora.config.binding;

import io.flexora.config.option.ComponentType;
import io.flexora.config.yaml.Quote;
import java.util.Optional;

/**
 * The purpose of a value, in the words of the user.
 *
 * @param owner the extension whose option it is; empty for the experiment itself
 * @param path the option, such as {@code schedule.warmup_steps}; empty for the owner as a whole
 * @param fallback the extension that the option's default names, for options written without one
 * @param isDefault whether the value is the default, so that nobody has written it
 * @param meant the option that its key most likely means, where a flag alone has made it
 */
record Place(
    Optional<ComponentType> owner,
    String path,
    Optional<String> fallback,
    boolean isDefault,
    Optional<String> meant) {

  /** The whole configuration. */
  static final Place ROOT = new Place(Optional.empty(), "", false);

  private Place(Optional<ComponentType> owner, String path, boolean isDefault) {
    this(owner, path, Optional.empty(), isDefault, Optional.empty());
  }

  /** All options of an extension. */
  Place of(ComponentType type) {
    return new Place(Optional.of(type), "", isDefault);
  }

  /** An option, a key of a map. */
  Place key(String key) {
    String longer = path.isEmpty() ? key : path + "." + key;
    return new Place(owner, Quote.shortened(longer), isDefault);
  }

  /** An element of a list. */
  Place element(int index) {
    return new Place(owner, path + "[" + index + "]", isDefault);
  }

  /** The same place with a default that names an extension. */
  Place or(Optional<String> reference) {
    return new Place(owner, path, reference, isDefault, meant);
  }

  /** The same place, whose key may stand for that of another option. */
  Place meaning(Optional<String> option) {
    return new Place(owner, path, fallback, isDefault, option);
  }

  /** The same place, filled by a default. */
  Place byDefault() {
    return new Place(owner, path, fallback, true, meant);
  }

  /** An option of this place, for a message: {@code 'rank' of adapter 'lora'}. */
  String option(String key) {
    return "'" + key(key).path() + "'" + ofOwner();
  }

  /** The place for a message: {@code option 'rank' of adapter 'lora'}. */
  String phrase() {
    if (path.isEmpty()) {
      return owner.map(ComponentType::phrase).orElse("the configuration");
    }
    return (isDefault ? "the default of option '" : "option '") + path + "'" + ofOwner();
  }

  /** The options of this place as a whole, for a message. */
  String whole() {
    return owner.isEmpty() && path.isEmpty() ? "the top level" : phrase();
  }

  /** The command that lists the options of the owner, where it is an extension. */
  Optional<String> command() {
    return owner.map(
        type -> "flexora plugins show %s/%s".formatted(type.extension().kind(), type.name()));
  }

  private String ofOwner() {
    return owner.map(type -> " of " + type.phrase()).orElse("");
  }
}
