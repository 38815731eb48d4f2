package io.flexora.numerics.score;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores examples batch by batch.
 *
 * @since 0.1
 */
public final class ExampleScores {

  /** Scores the examples of a batch. */
  @FunctionalInterface
  public interface OfBatch {

    /**
     * Scores the choices of each example.
     *
     * @param scope the owner of temporary arrays
     * @param examples the examples of the batch
     * @param batch the same on the device
     */
    double[][] of(NDManager scope, List<Tokens> examples, Batch batch);
  }

  private ExampleScores() {}

  /**
   * Scores all examples at a point; where there are several devices, they share the batches.
   *
   * @param owner the owner of temporary arrays
   * @return for each example, in their order, the score of each of its choices
   */
  public static List<double[]> at(
      NDManager owner,
      AdaptedModel model,
      List<Tokens> examples,
      ScoringBatches batches,
      Point point) {
    List<double[]> found = new ArrayList<>(Arrays.asList(new double[examples.size()][]));
    List<List<Integer>> all = batches.of(examples);
    model.<double[][]>eachBatch(
        owner,
        all.size(),
        (on, own, i) ->
            on.scores(own, on.batch(own, all.get(i).stream().map(examples::get).toList()), point),
        (i, scores) -> {
          for (int e = 0; e < scores.length; e++) {
            found.set(all.get(i).get(e), scores[e]);
          }
        });
    return found;
  }

  /**
   * Scores all examples.
   *
   * @param owner the owner of temporary arrays
   * @return for each example, in their order, the score of each of its choices
   */
  public static List<double[]> of(
      NDManager owner,
      AdaptedModel model,
      List<Tokens> examples,
      ScoringBatches batches,
      OfBatch scores) {
    List<double[]> found = new ArrayList<>(Arrays.asList(new double[examples.size()][]));
    for (List<Integer> indices : batches.of(examples)) {
      List<Tokens> tokens = indices.stream().map(examples::get).toList();
      try (NDManager scope = owner.newSubManager()) {
        double[][] of = scores.of(scope, tokens, model.batch(scope, tokens));
        for (int i = 0; i < of.length; i++) {
          found.set(indices.get(i), of[i]);
        }
      }
    }
    return found;
  }
}
