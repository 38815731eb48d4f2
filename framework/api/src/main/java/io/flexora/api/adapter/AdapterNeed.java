package io.flexora.api.adapter;

/**
 * What adapters may see of a model before they are trained.
 *
 * @since 0.1
 */
public enum AdapterNeed {
  /** The frozen matrices: {@link AdapterSetting#weight}. */
  WEIGHTS,
  /** The inputs of the adapted modules: {@link AdapterSetting#activations}. */
  ACTIVATIONS
}
