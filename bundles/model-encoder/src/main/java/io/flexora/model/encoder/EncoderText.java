package io.flexora.model.encoder;

import io.flexora.api.head.Head;
import io.flexora.api.head.HeadInput;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.model.HeadText;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.util.Map;
import java.util.TreeMap;

/** Writes the TorchScript text of an encoder, all dimensions as constants. */
final class EncoderText {
  private static final String RESOURCE = "bert.torchscript";

  private EncoderText() {}

  /** The array of a batch with the targets of the head. */
  private static final int TARGET = 3;

  /**
   * Fills in everything but what depends on where the adapters are.
   *
   * @param plan what is trained; a head that is trained alone is given texts that are pooled
   *     already
   * @param allRows whether the last layer computes all tokens, also where the head reads one alone
   */
  static String of(BertWeights weights, Pooling pooling, AdapterPlan plan, boolean allRows) {
    HeadInput reading = reading(plan.head(), pooling);
    int last = weights.shape().layers() - 1;
    return ScriptText.of(EncoderText.class, RESOURCE)
        .with(constants(weights))
        .with("pool", pooling == Pooling.CLS ? "first" : "mean")
        .with("read", readsPooled(plan) ? "x" : read(reading))
        .with("row_layer", reading == HeadInput.FIRST && !allRows ? last : -1)
        .and(HeadText.of(plan, TARGET))
        .text();
  }

  /** Whether the head is given texts that are pooled already. */
  static boolean readsPooled(AdapterPlan plan) {
    return plan.layers().isEmpty() && plan.head().input() == HeadInput.POOLED;
  }

  /** What a head reads of the tokens. */
  static HeadInput reading(Head head, Pooling pooling) {
    if (head.input() != HeadInput.POOLED) {
      return head.input();
    }
    return pooling == Pooling.CLS ? HeadInput.FIRST : HeadInput.MEAN;
  }

  private static String read(HeadInput reading) {
    return switch (reading) {
      case FIRST -> "self.first(x, b[1])";
      case MEAN -> "self.mean(x, b[1])";
      default -> "torch.index_select(torch.reshape(x, [-1, torch.size(x, -1)]), 0, b[2])";
    };
  }

  private static Map<String, Object> constants(BertWeights weights) {
    BertShape shape = weights.shape();
    Map<String, Object> values = new TreeMap<>();
    values.put("hidden", shape.hidden());
    values.put("heads", shape.heads());
    values.put("head_size", shape.headSize());
    values.put("scale", 1 / Math.sqrt(shape.headSize()));
    values.put("epsilon", shape.epsilon());
    values.put("embeddings", weights.arrays().global());
    values.put("tensors", weights.arrays().perLayer());
    return values;
  }
}
