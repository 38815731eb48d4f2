package io.flexora.api.model;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import java.util.Locale;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something with optional abilities. By default they are the interfaces that it implements; what
 * wraps a model passes the model's on.
 *
 * @since 0.1
 */
@ConsumerType
public interface HasAbilities {

  /** Finds an ability; empty if it is missing. */
  default <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return ability.isInstance(this) ? Optional.of(ability.cast(this)) : Optional.empty();
  }

  /**
   * Finds an ability that a user cannot do without.
   *
   * @param user who needs it, for the message, such as {@code selector 'weight-snr'}
   * @throws FlexoraException if it is missing
   */
  default <T extends ModelAbility> T require(Class<T> ability, String user) {
    return ability(ability).orElseThrow(() -> missing(ability, user, "this model"));
  }

  /** Says that an ability is missing. */
  static FlexoraException missing(
      Class<? extends ModelAbility> ability, String user, String model) {
    return missing(ability, user, model, "use a model backend that can, or do without");
  }

  /** Says that an ability is missing, and why or what to do. */
  static FlexoraException missing(
      Class<? extends ModelAbility> ability, String user, String model, String advice) {
    Doc doc = ability.getAnnotation(Doc.class);
    String what = doc == null ? ability.getSimpleName() : doc.value();
    String phrase = what.substring(0, 1).toLowerCase(Locale.ROOT) + what.substring(1);
    return new FlexoraException(
        "%s needs a model that can %s, which %s cannot; %s"
            .formatted(user, phrase.replaceFirst("\\.$", ""), model, advice));
  }
}
