package io.flexora.api.evaluate;

import io.flexora.api.plugin.ExtensionPoint;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Measures how well a model does on held-out examples.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint("evaluator")
public interface Evaluator {

  /** Scores every example and sums up. Does not depend on how the examples are batched. */
  Evaluation evaluate(EvaluationContext context);
}
