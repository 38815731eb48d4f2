package io.flexora.api.train;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Component;
import java.util.List;
import java.util.OptionalLong;

/**
 * The setting of a training, as far as it is known before the weights are loaded.
 *
 * @param shape the shape of the model and its abilities
 * @param adapter the adapter method
 * @param modules the adapted modules of a layer
 * @param trainingTokens the tokens of all training examples, each with its right answer
 * @param size the amount of data to train on
 * @since 0.1
 */
public record TrainingSetting(
    ModelShape shape,
    Component<AdapterMethod> adapter,
    List<ModuleShape> modules,
    long trainingTokens,
    Size size) {

  /**
   * The size of a training.
   *
   * @param training the training examples; at least one
   * @param validation the validation examples
   * @param steps the optimiser steps of the whole training, where they are given from outside; see
   *     {@link TrainingContext#steps}
   */
  public record Size(int training, int validation, OptionalLong steps) {}

  /** Copies the list. */
  public TrainingSetting {
    modules = List.copyOf(modules);
  }
}
