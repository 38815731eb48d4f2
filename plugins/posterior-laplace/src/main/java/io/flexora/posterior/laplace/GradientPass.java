package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ClassGradients.Differentiated;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Point;
import io.flexora.numerics.score.ScoringBatches;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * One pass over examples, in an order that does not depend on the size of the batches.
 *
 * @param model the model
 * @param theta its trained parameters
 * @param layers the layers that are looked at
 * @param batchSize examples in a batch
 * @param differentiated what the gradients are of
 */
record GradientPass(
    AdaptedModel model,
    NDArray theta,
    List<Integer> layers,
    int batchSize,
    Differentiated differentiated) {

  static final String USER = "posterior 'laplace'";

  /**
   * Passes the gradients of each example to a visitor, which knows it by its index.
   *
   * @param owner the owner of temporary arrays
   * @param done told after each batch how many examples are done
   */
  void over(
      NDManager owner, List<Tokens> examples, ClassGradients.Visitor visitor, IntConsumer done) {
    ClassGradients gradients = model.require(ClassGradients.class, USER);
    int count = 0;
    for (List<Integer> indices : ScoringBatches.ofExamples(batchSize).of(examples)) {
      List<Tokens> tokens = indices.stream().map(examples::get).toList();
      try (NDManager scope = owner.newSubManager()) {
        gradients.classGradients(
            scope,
            model.batch(scope, tokens),
            Point.of(theta),
            layers,
            differentiated,
            (own, e, found) -> visitor.visit(own, indices.get(e), found));
      }
      count += tokens.size();
      done.accept(count);
    }
  }
}
