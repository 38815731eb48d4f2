package io.flexora.experiment.inputs;

import io.flexora.api.data.Split;
import io.flexora.api.model.ModelBackend;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ModelDevices;

/**
 * The inputs that all cells of an experiment share.
 *
 * @param cell the options of the cells
 * @param pretrained the model
 * @param data the examples and their tokens
 * @param adapters the adapters that are put on the model
 * @param training the training, as its trainer states it
 */
public record ExperimentInputs(
    CellOptions cell,
    PretrainedModel pretrained,
    ExperimentData data,
    AdapterPlans adapters,
    StatedTraining training)
    implements AutoCloseable {

  /** The inputs of an experiment; nothing is read yet. */
  public static ExperimentInputs of(ExperimentConfiguration configuration, ModelDevices devices) {
    return of(
        configuration, new PretrainedModel(configuration.model(), ModelBackend::load, devices));
  }

  /** The inputs with a model that may have been loaded before; closing them frees it. */
  public static ExperimentInputs of(
      ExperimentConfiguration configuration, PretrainedModel pretrained) {
    return of(configuration, pretrained, ExperimentData.of(configuration, pretrained));
  }

  /** The inputs where nothing is trained: the model computes as it is evaluated. */
  public static ExperimentInputs forInference(
      ExperimentConfiguration configuration, ModelDevices devices) {
    return of(
        configuration,
        new PretrainedModel(configuration.model(), ModelBackend::loadForInference, devices));
  }

  /** The inputs of scoring a split without training. */
  public static ExperimentInputs toScore(
      ExperimentConfiguration configuration, ModelDevices devices, Split split) {
    PretrainedModel pretrained =
        new PretrainedModel(configuration.model(), ModelBackend::loadForInference, devices);
    return of(configuration, pretrained, ExperimentData.toScore(configuration, pretrained, split));
  }

  private static ExperimentInputs of(
      ExperimentConfiguration configuration, PretrainedModel pretrained, ExperimentData data) {
    CellOptions cell = configuration.cell();
    AdapterPlans adapters =
        new AdapterPlans(cell.adapter(), configuration.seed(), pretrained, data);
    return new ExperimentInputs(
        cell,
        pretrained,
        data,
        adapters,
        new StatedTraining(
            cell.trainer(), configuration.stepsOfTraining(), pretrained, data, adapters));
  }

  /**
   * The inputs of an experiment on the same model and data, which differs in the adapter or the
   * trainer.
   */
  public ExperimentInputs with(ExperimentConfiguration other) {
    return of(other, pretrained, data);
  }

  @Override
  public void close() {
    pretrained.close();
  }
}
