package io.flexora.api.posterior;

import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.util.Optional;
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
   * Says why it cannot be made in a setting. It is asked before anything is trained; where an
   * example has a single answer, posteriors are refused without asking.
   *
   * @return a sentence that names what is in the way, such as {@code it needs validation examples,
   *     but the dataset gives none}; empty if nothing is
   */
  default Optional<String> misfit(PosteriorSetting setting) {
    return Optional.empty();
  }

  /**
   * Says why it cannot be made where layers share an adapter. The host asks for each strategy that
   * states this when it is asked whether it fits, so before anything is computed. By default
   * nothing is in the way.
   *
   * @return a sentence that names what is in the way and what to change, such as {@code it moves
   *     the adapter of each layer by itself; let no layers share, or use another posterior}; empty
   *     if nothing is
   */
  default Optional<String> misfitOfSharing() {
    return Optional.empty();
  }

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
}
