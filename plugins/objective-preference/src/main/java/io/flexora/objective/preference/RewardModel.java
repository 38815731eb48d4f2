package io.flexora.objective.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Point;
import io.flexora.api.model.ReferenceScores;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.Optional;

/**
 * A model whose scores are rewards.
 *
 * @param model the model
 * @param beta their scale
 * @param reference whether they are what the adapters have added, or log-likelihoods for each token
 */
record RewardModel(AdaptedModel model, double beta, boolean reference) implements AdaptedModel {

  /** A batch together with its examples. */
  private record Scored(Batch batch, List<Tokens> examples) implements Batch {

    @Override
    public int size() {
      return batch.size();
    }

    @Override
    public long terms() {
      return batch.terms();
    }

    @Override
    public long paddedTokens() {
      return batch.paddedTokens();
    }
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new Scored(model.batch(scope, examples), List.copyOf(examples));
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    Scored scored = (Scored) batch;
    double[][] rewards = model.scores(scope, scored.batch(), point);
    Optional<double[][]> before =
        reference
            ? Optional.of(
                model
                    .require(ReferenceScores.class, "evaluator 'preference' with reference: true")
                    .referenceScores(scope, scored.batch()))
            : Optional.empty();
    for (int e = 0; e < rewards.length; e++) {
      for (int c = 0; c < rewards[e].length; c++) {
        rewards[e][c] =
            beta
                * (before.isPresent()
                    ? rewards[e][c] - before.get()[e][c]
                    : rewards[e][c] / tokens(scored.examples().get(e), c));
      }
    }
    return rewards;
  }

  private static int tokens(Tokens example, int choice) {
    return Math.max(1, example.choices().get(choice).answerTokens());
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return model.ability(ability);
  }

  @Override
  public AdapterPlan plan() {
    return model.plan();
  }

  @Override
  public ParameterIndex parameters() {
    return model.parameters();
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    return model.initialTheta(scope, seeds);
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    return model.lossGradient(scope, ((Scored) batch).batch(), point);
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    return model.loss(scope, ((Scored) batch).batch(), point);
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    return model.hessianProduct(scope, ((Scored) batch).batch(), point, u);
  }

  /** Leaves the model open, which belongs to its cell. */
  @Override
  public void close() {}
}
