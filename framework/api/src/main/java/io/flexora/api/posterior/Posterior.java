package io.flexora.api.posterior;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Compatibility;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes a predictive distribution of a trained model: after its training, before its evaluation,
 * and without another look at the test examples. Temperature scaling is one, ensembles and a
 * Laplace approximation are others. The trained parameters stay as they are. One object serves all
 * cells of a run: what a call gives depends on its arguments alone.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(
    value = "posterior",
    affects = {Effect.TRAINING, Effect.EVALUATION})
public interface Posterior {

  /**
   * Notes why it cannot be made in a setting, such as {@code it needs validation examples, but the
   * dataset gives none}; nothing by default. It is asked before anything is trained; where an
   * example has a single answer, posteriors are refused without asking.
   */
  default void checkCompatibility(PosteriorSetting setting, Compatibility found) {}

  /**
   * Notes why it cannot be made of what a strategy demands of the training, such as {@code it moves
   * the adapter of each layer by itself; let no layers share, or use another posterior}; nothing by
   * default. The host asks for each demand that strategies state when they are asked whether they
   * fit, so before anything is computed.
   */
  default void checkCompatibility(AdapterDemand demand, Compatibility found) {}

  /** Which parameters of the training it needs beside the last; none by default. */
  default Snapshots snapshots() {
    return Snapshots.NONE;
  }

  /**
   * States the work of its fit and of scoring the test examples; a pass over the validation and the
   * test examples by default.
   */
  default Workload cost(PosteriorSetting setting) {
    return Workload.NONE.forward(Passes.of((long) setting.validation() + setting.test()));
  }

  /**
   * Fits it. The same context gives the same predictive distribution.
   *
   * @return what it keeps belongs to the context's manager
   * @throws io.flexora.api.run.FlexoraException if it cannot be fitted; the message says why
   */
  Predictive fit(PosteriorContext context);

  /**
   * The parameters of a training that are kept: those after every so many steps, of which the
   * newest few.
   *
   * @param count the number of snapshots that are kept; 0 for none
   * @param every the number of optimiser steps between two
   */
  record Snapshots(int count, long every) {

    /** No parameters but those that the training ends with. */
    public static final Snapshots NONE = new Snapshots(0, 1);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the count is negative, or there is no step between two
     */
    public Snapshots {
      if (count < 0 || every < 1) {
        throw new IllegalArgumentException(
            "%d snapshots every %d steps are not a plan".formatted(count, every));
      }
    }
  }
}
