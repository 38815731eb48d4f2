package io.flexora.api.evaluate;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Compatibility;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Measures how well a model does on held-out examples. One object serves all cells of a run: what a
 * call gives depends on its arguments alone.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "evaluator", affects = Effect.EVALUATION)
public interface Evaluator {

  /**
   * Notes why it cannot evaluate a task, before anything is trained or scored: each metric that
   * does not fit, and what is in the way; nothing by default.
   */
  default void checkCompatibility(EvaluatedTask task, Compatibility found) {}

  /**
   * How much it scores at once at most; empty if it does not tell: estimates leave it out, and
   * predictions take one example at a time.
   */
  default Optional<BatchLimit> batchLimit() {
    return Optional.empty();
  }

  /**
   * Whether it lets the model generate text for the examples of a task, which estimates of memory
   * count.
   *
   * @param task a task that {@link #checkCompatibility} accepts
   */
  default boolean generates(EvaluatedTask task) {
    return false;
  }

  /**
   * The metric that decides between models, so that what depends on its range is refused before
   * anything runs; empty if it does not tell before it has evaluated.
   *
   * @param task a task that {@link #checkCompatibility} accepts
   */
  default Optional<MetricDescription> deciding(EvaluatedTask task) {
    return Optional.empty();
  }

  /** Scores every example and sums up. Does not depend on how the examples are batched. */
  Evaluation evaluate(EvaluationContext context);

  /**
   * The largest batch that an evaluator scores, which estimates of memory count and predictions
   * keep to.
   *
   * @param examples the most examples of a batch
   * @param tokens the most tokens of a batch, padding included; a longer example is scored by
   *     itself
   */
  record BatchLimit(int examples, int tokens) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public BatchLimit {
      if (examples < 1 || tokens < 1) {
        throw new IllegalArgumentException(
            "%d examples and %d tokens at once".formatted(examples, tokens));
      }
    }

    /** Batches of so many examples. */
    public static BatchLimit ofExamples(int examples) {
      return new BatchLimit(examples, Integer.MAX_VALUE);
    }

    /** Batches of so many tokens. */
    public static BatchLimit ofTokens(int tokens) {
      return new BatchLimit(Integer.MAX_VALUE, tokens);
    }
  }
}
