package io.flexora.experiment.check;

import io.flexora.api.model.ModelShape;
import io.flexora.experiment.estimate.LargestBatch;
import java.util.List;

/**
 * The least work of a step: the multiplications and additions of products for a token, and the
 * bytes of frozen weights that it reads. Norms, activations and the optimiser are not counted.
 *
 * @param operationsOfToken multiplications and additions for a token
 * @param bytes of a step; 0 where how much is computed at once is another's choice
 * @since 0.1
 */
public record StepWork(double operationsOfToken, double bytes) {

  private static final int FORWARD = 2;

  /** An adapter has a product forward and two back. */
  private static final int ADAPTED = 6;

  /** Scores, and sums of values. */
  private static final int ATTENTION = 2;

  /**
   * Texts.
   *
   * @param length the mean number of tokens that a token's text has
   * @param labelled the share of tokens that the loss counts
   */
  record Texts(double length, double labelled) {

    /** Of texts that are computed together, each token counts once. */
    static Texts of(List<LargestBatch.Size> sizes) {
      double tokens = Math.max(1, sizes.stream().mapToLong(LargestBatch.Size::tokens).sum());
      double pairs =
          sizes.stream().mapToDouble(size -> (double) size.tokens() * size.tokens()).sum();
      long labelled = sizes.stream().mapToLong(LargestBatch.Size::labelled).sum();
      return new Texts(pairs / tokens, labelled / tokens);
    }
  }

  /**
   * A step of training.
   *
   * @param lowest the lowest adapted layer, through which and those above a gradient goes
   * @param trained the trainable parameters
   * @param again whether layers are computed once more for their gradient
   */
  static StepWork ofTraining(
      ModelShape shape, Texts texts, int lowest, long trained, boolean again) {
    double layer = layer(shape, texts);
    int above = shape.layers() - lowest;
    double passes = shape.layers() + (again ? 2.0 : 1.0) * above;
    // Back, each product of the attention has two.
    double attention = attention(shape, texts) * above;
    double head = 2 * head(shape, texts);
    int reads = again ? 3 : 2;
    return new StepWork(
        passes * layer + attention + head + ADAPTED * (double) trained,
        reads * (double) shape.weightBytes());
  }

  /** Scoring of texts, of which an evaluator chooses how many are computed at once. */
  static StepWork ofScoring(ModelShape shape, Texts texts) {
    return new StepWork(shape.layers() * layer(shape, texts) + head(shape, texts), 0);
  }

  /** One way through a layer. */
  private static double layer(ModelShape shape, Texts texts) {
    double matrices =
        shape.modules().stream().mapToDouble(m -> (double) m.inputs() * m.outputs()).sum();
    return FORWARD * matrices + attention(shape, texts);
  }

  /** A token sees half of its text, on the mean. */
  private static double attention(ModelShape shape, Texts texts) {
    return ATTENTION * FORWARD * shape.hiddenSize() * texts.length() / 2;
  }

  private static double head(ModelShape shape, Texts texts) {
    return FORWARD * texts.labelled() * shape.hiddenSize() * (double) shape.vocabulary();
  }

  /**
   * The least time of a step.
   *
   * @param tokens of the step
   * @param operations that the machine does in a second
   * @param read bytes that it reads in a second
   */
  public double seconds(double tokens, double operations, double read) {
    return Math.max(tokens * operationsOfToken / operations, bytes / read);
  }
}
