package io.flexora.api.posterior;

import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.run.Figure;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The predictive distribution of a model over the choices of an example.
 *
 * @since 0.1
 */
@ConsumerType
public interface Predictive {

  /**
   * Scores the choices of each example. The probabilities of the choices are the softmax of their
   * scores; where the distribution is that of a single parameter vector, the scores are those of
   * {@link io.flexora.api.model.AdaptedModel#scores}; those of a head's classes are logarithms of
   * probabilities. They do not depend on how the examples are batched, but for rounding.
   *
   * @param scope the owner of temporary arrays
   * @param examples the examples of the batch
   * @param batch the same on the device
   * @return for each example, the score of each of its choices
   */
  double[][] scores(NDManager scope, List<Tokens> examples, Batch batch);

  /** What is worth keeping of the fit, by a snake-case name, such as {@code temperature}. */
  default Map<String, Figure> figures() {
    return Map.of();
  }
}
