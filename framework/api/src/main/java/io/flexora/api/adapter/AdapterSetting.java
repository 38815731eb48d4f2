package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.SplittableRandom;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The view of a model that an adapter method has before the training.
 *
 * @since 0.1
 */
@ProviderType
public interface AdapterSetting {

  /** The places of the adapters: by layer, in a layer in the order of the forward pass. */
  List<AdapterSite> sites();

  /**
   * A stream of random numbers that depends on the run's seed and the array's place and name alone.
   */
  SplittableRandom random(AdapterSite site, AdapterParameter parameter);

  /** A stream of random numbers that depends on the run's seed and this name alone. */
  SplittableRandom random(String name);

  /** The owner of temporary arrays; closed when the start is made. */
  NDManager manager();

  /**
   * The frozen matrix of a site.
   *
   * @param scope the owner of the result
   * @return {@code [outputs, inputs]}, float32
   * @throws io.flexora.api.run.FlexoraException if the model does not show its matrices
   */
  NDArray weight(NDManager scope, AdapterSite site);

  /**
   * The gradient of the training loss in the frozen matrix of a site, without any adapter, over the
   * {@linkplain AdapterInitialisation#calibrationExamples calibration examples}. Those of a layer
   * are computed together, so ask for one layer after the other.
   *
   * @param scope the owner of the result
   * @return {@code [outputs, inputs]}, of theta's type
   * @throws IllegalStateException if the method has asked for no calibration examples
   */
  NDArray weightGradient(NDManager scope, AdapterSite site);

  /**
   * Passes the inputs (activations) of all sites, without any adapter, over the {@linkplain
   * AdapterInitialisation#calibrationExamples calibration examples} to a visitor: batch by batch,
   * in a batch by site, so that no more than a layer of a batch is in memory. Every call computes
   * the same once more.
   *
   * @param tokens the tokens that count; padding never does
   * @throws IllegalStateException if the method has asked for no calibration examples
   * @throws io.flexora.api.run.FlexoraException if the model does not show its activations
   */
  void activations(ActivationTokens tokens, ActivationVisitor visitor);
}
