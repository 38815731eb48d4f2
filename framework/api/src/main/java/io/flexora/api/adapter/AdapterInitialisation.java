package io.flexora.api.adapter;

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
   * What it uses of the model; nothing by default. A model that cannot give it is refused before it
   * is loaded, and what is not named here cannot be used.
   */
  default Set<AdapterNeed> needs() {
    return Set.of();
  }

  /** One that uses one thing of the model and no examples. */
  static AdapterInitialisation with(AdapterNeed need, AdapterInitialisation initialisation) {
    return new AdapterInitialisation() {
      @Override
      public Set<AdapterNeed> needs() {
        return Set.of(need);
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
   * @param setting the sites of the adapters, at least one, and their model
   * @return arrays for each site of the setting
   */
  AdapterStart start(AdapterSetting setting);
}
