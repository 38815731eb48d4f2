package io.flexora.numerics.score;

import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
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

  /** Is told the scores of each batch once it is scored, in the order of the batches. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Takes the scores of a batch.
     *
     * @param indices the examples of the batch
     * @param scores for each of them, the score of each of its choices
     */
    void take(List<Integer> indices, double[][] scores);
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
    List<double[]> found = unknown(examples);
    at(owner, model, examples, batches, point, (indices, scores) -> put(found, indices, scores));
    return found;
  }

  /**
   * Scores all examples at a point; where there are several devices, they share the batches.
   *
   * @param owner the owner of temporary arrays
   * @param listener is told of each batch
   */
  public static void at(
      NDManager owner,
      AdaptedModel model,
      List<Tokens> examples,
      ScoringBatches batches,
      Point point,
      Listener listener) {
    List<List<Integer>> all = batches.of(examples);
    model.<double[][]>eachBatch(
        owner,
        all.size(),
        (on, own, i) -> on.scores(own, on.batch(own, chosen(examples, all.get(i))), point),
        (i, scores) -> listener.take(all.get(i), scores));
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
    List<double[]> found = unknown(examples);
    for (List<Integer> indices : batches.of(examples)) {
      List<Tokens> tokens = chosen(examples, indices);
      try (NDManager scope = owner.newSubManager()) {
        put(found, indices, scores.of(scope, tokens, model.batch(scope, tokens)));
      }
    }
    return found;
  }

  private static List<double[]> unknown(List<Tokens> examples) {
    return new ArrayList<>(Arrays.asList(new double[examples.size()][]));
  }

  private static List<Tokens> chosen(List<Tokens> examples, List<Integer> indices) {
    return indices.stream().map(examples::get).toList();
  }

  private static void put(List<double[]> found, List<Integer> indices, double[][] scores) {
    for (int i = 0; i < scores.length; i++) {
      found.set(indices.get(i), scores[i]);
    }
  }
}
