package io.flexora.transformers.family;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The language model's head: {@code logits = head h / divisor + bias / divisor}, bounded by {@code
 * cap tanh(logits / cap)}. The family's text itself divides {@code h}.
 *
 * @param bias which of the model's arrays is the bias
 * @param divisor divisor of the logits
 * @param cap the bound of logits
 * @since 0.1
 */
public record HeadShape(OptionalInt bias, double divisor, OptionalDouble cap) {

  /** A matrix and nothing else. */
  public static final HeadShape PLAIN =
      new HeadShape(OptionalInt.empty(), 1, OptionalDouble.empty());
}
