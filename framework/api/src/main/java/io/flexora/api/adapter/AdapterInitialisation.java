package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

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
  default Set<Need> needs() {
    return Set.of();
  }

  /** One that uses one thing of the model and no examples. */
  static AdapterInitialisation with(Need need, AdapterInitialisation initialisation) {
    return new AdapterInitialisation() {
      @Override
      public Set<Need> needs() {
        return Set.of(need);
      }

      @Override
      public AdapterStart start(Setting setting) {
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
  AdapterStart start(Setting setting);

  /** A statistic of the model that an adapter method asks for before the training. */
  enum Need {
    /** The frozen matrices: {@link Setting#weight}. */
    WEIGHTS,
    /** The inputs of the adapted modules: {@link Setting#activations}. */
    ACTIVATIONS
  }

  /** The view of a model that an adapter method has before the training. */
  @ProviderType
  interface Setting {

    /** The places of the adapters: by layer, in a layer in the order of the forward pass. */
    List<AdapterSite> sites();

    /**
     * A stream of random numbers that depends on the run's seed and the array's place and name
     * alone.
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
     * The gradient of the training loss in the frozen matrix of a site, without any adapter, over
     * the {@linkplain AdapterInitialisation#calibrationExamples calibration examples}. Those of a
     * layer are computed together, so ask for one layer after the other.
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
    void activations(CountedTokens tokens, ActivationVisitor visitor);
  }
}
