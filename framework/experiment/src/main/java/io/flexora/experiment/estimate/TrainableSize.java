package io.flexora.experiment.estimate;

/**
 * The trainable size of a model in an experiment.
 *
 * @param layers the layers of the model
 * @param parametersPerLayer the trainable parameters of the adapters of one layer
 * @param headParameters the trainable parameters of the head; 0 if there is none
 * @since 0.1
 */
public record TrainableSize(int layers, long parametersPerLayer, long headParameters) {

  /** The trainable parameters with that many layers adapted, head included. */
  public long parameters(int adaptedLayers) {
    return adaptedLayers * parametersPerLayer + headParameters;
  }
}
