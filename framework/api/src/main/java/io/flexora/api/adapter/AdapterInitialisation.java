package io.flexora.api.adapter;

import io.flexora.api.model.ModelAbility;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes what adapters start from out of the model that they are put on.
 *
 * @since 0.1
 */
@ConsumerType
@FunctionalInterface
public interface AdapterInitialisation {

  /**
   * The abilities of the model that it uses: {@link io.flexora.api.model.FrozenMatrices} for {@link
   * AdapterSetting#weight}, {@link io.flexora.api.model.ModuleActivations} for {@link
   * AdapterSetting#activations}; none by default. A model without them is refused before it is
   * loaded, and what is not named here cannot be used.
   */
  default Set<Class<? extends ModelAbility>> needs() {
    return Set.of();
  }

  /** One that uses an ability of the model and no examples. */
  static AdapterInitialisation with(
      Class<? extends ModelAbility> ability, AdapterInitialisation initialisation) {
    return new AdapterInitialisation() {
      @Override
      public Set<Class<? extends ModelAbility>> needs() {
        return Set.of(ability);
      }

      @Override
      public AdapterStart start(AdapterSetting setting) {
        return initialisation.start(setting);
      }
    };
  }

  /** How many training examples it looks at; none by default. */
  default int calibrationExamples() {
    return 0;
  }

  /** How many of them are computed at once. */
  default int calibrationBatch() {
    return 4;
  }

  /**
   * Makes the initial values and the constants. The same setting gives the same.
   *
   * @return arrays for each site of the setting
   */
  AdapterStart start(AdapterSetting setting);
}
