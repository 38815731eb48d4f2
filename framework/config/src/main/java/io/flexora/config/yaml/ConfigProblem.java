package io.flexora.config.yaml;

import io.flexora.api.run.Compatibility;
import java.util.List;

/**
 * One mistake in a configuration.
 *
 * @param location where it was made
 * @param message one sentence: the thing, the value seen, what is accepted, what to do
 * @since 0.1
 */
public record ConfigProblem(Location location, String message) {

  /**
   * The mistakes that a check of an extension has found, each at the option that it refuses.
   *
   * @param component the options of the extension
   */
  public static List<ConfigProblem> of(ConfigNode component, Compatibility found) {
    return found.found().stream().map(one -> of(component, one.option(), one.message())).toList();
  }

  /**
   * A mistake of an option of an extension, at the extension if the option was not written.
   *
   * @param option as {@link ConfigNode#placeOf} takes it
   */
  public static ConfigProblem of(ConfigNode component, String option, String message) {
    return new ConfigProblem(component.placeOf(option).orElseGet(component::location), message);
  }

  @Override
  public String toString() {
    return location + ": " + message;
  }
}
