package io.flexora.api.adapter;

/**
 * A statistic of the model that an adapter method asks for before the training.
 *
 * @since 0.1
 */
public enum AdapterNeed {
  /** The frozen matrices: {@link AdapterSetting#weight}. */
  WEIGHTS,
  /** The inputs of the adapted modules: {@link AdapterSetting#activations}. */
  ACTIVATIONS
}
