package io.flexora.objective.preference;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ReferenceScores;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.Point;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/** A model whose scores are rewards. */
final class RewardModel extends ForwardingModel {

  private final AdaptedModel model;
  private final double beta;
  private final boolean reference;
  private final Map<Batch, List<Tokens>> examples = new WeakHashMap<>();

  /**
   * Makes it.
   *
   * @param beta the scale of the rewards
   * @param reference whether they are what the adapters have added, or log-likelihoods for each
   *     token
   */
  RewardModel(AdaptedModel model, double beta, boolean reference) {
    super(model);
    this.model = model;
    this.beta = beta;
    this.reference = reference;
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> some) {
    Batch batch = model.batch(scope, some);
    examples.put(batch, List.copyOf(some));
    return batch;
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    double[][] rewards = model.scores(scope, batch, point);
    Optional<double[][]> before =
        reference
            ? Optional.of(
                model
                    .require(ReferenceScores.class, "evaluator 'preference' with reference: true")
                    .referenceScores(scope, batch))
            : Optional.empty();
    for (int e = 0; e < rewards.length; e++) {
      for (int c = 0; c < rewards[e].length; c++) {
        rewards[e][c] =
            beta
                * (before.isPresent()
                    ? rewards[e][c] - before.get()[e][c]
                    : rewards[e][c] / tokens(examples.get(batch).get(e), c));
      }
    }
    return rewards;
  }

  private static int tokens(Tokens example, int choice) {
    return Math.max(1, example.choices().get(choice).answerTokens());
  }

  /** Leaves the model open, which belongs to its cell. */
  @Override
  public void close() {}
}
