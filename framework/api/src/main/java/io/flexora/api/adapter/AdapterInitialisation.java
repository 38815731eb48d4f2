package io.flexora.api.adapter;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes what adapters start from out of the model that they are put on.
 *
 * @since 0.1
 */
@ConsumerType
@FunctionalInterface
public interface AdapterInitialisation {

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
