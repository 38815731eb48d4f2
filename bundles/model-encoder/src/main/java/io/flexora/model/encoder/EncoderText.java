package io.flexora.model.encoder;

import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.util.Map;
import java.util.TreeMap;

/** Writes the TorchScript text of an encoder, all dimensions as constants. */
final class EncoderText {
  private static final String RESOURCE = "bert.torchscript";

  private EncoderText() {}

  /**
   * Fills in everything but what depends on where the adapters are.
   *
   * @param plan what is trained; a head that is trained alone is given texts that are pooled
   *     already
   * @param allRows whether the last layer computes all tokens, also where the head reads one alone
   */
  static String of(BertWeights weights, Pooling pooling, AdapterPlan plan, boolean allRows) {
    int rowLayer = pooling == Pooling.CLS && !allRows ? weights.shape().layers() - 1 : -1;
    return ScriptText.of(EncoderText.class, RESOURCE)
        .with(constants(weights, pooling, plan.classes(), plan.layers().isEmpty()))
        .with("smoothing", plan.objective().labelSmoothing())
        .with("row_layer", rowLayer)
        .text();
  }

  private static Map<String, Object> constants(
      BertWeights weights, Pooling pooling, int classes, boolean pooled) {
    BertShape shape = weights.shape();
    Map<String, Object> values = new TreeMap<>();
    values.put("hidden", shape.hidden());
    values.put("heads", shape.heads());
    values.put("head_size", shape.headSize());
    values.put("scale", 1 / Math.sqrt(shape.headSize()));
    values.put("epsilon", shape.epsilon());
    values.put("embeddings", weights.arrays().global());
    values.put("tensors", weights.arrays().perLayer());
    values.put("pool", pool(pooling));
    values.put("classes", classes);
    values.put("pooled", pooled ? "x" : "self.pool(x, b[1])");
    return values;
  }

  private static String pool(Pooling pooling) {
    return pooling == Pooling.CLS
        ? "return torch.select(x, 1, 0)"
        : """
        keep = torch.type_as(torch.reshape(torch.eq(mask, 0), [torch.size(x, 0), torch.size(x, 1), 1]), x)
            return torch.sum(x * keep, [1]) / torch.sum(keep, [1])\
        """;
  }
}
