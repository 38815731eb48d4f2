package io.flexora.model.encoder;

import io.flexora.model.encoder.EncoderOptions.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Writes the TorchScript text of an encoder, all dimensions as constants. */
final class EncoderText {
  private static final String RESOURCE = "bert.torchscript";

  private EncoderText() {}

  /**
   * Fills in everything but what depends on where the adapters are.
   *
   * @param pooled whether the head is given texts that are pooled already, as where it is trained
   *     alone
   * @param allRows whether the last layer computes all tokens, also where the head reads one alone
   */
  static String of(BertShape shape, Pooling pooling, int classes, boolean pooled, boolean allRows) {
    String text = template();
    Map<String, Object> constants = constants(shape, pooling, classes, pooled);
    constants.put("row_layer", pooling == Pooling.CLS && !allRows ? shape.layers() - 1 : -1);
    for (Map.Entry<String, Object> constant : constants.entrySet()) {
      text = text.replace("${" + constant.getKey() + "}", constant.getValue().toString());
    }
    return text;
  }

  private static String template() {
    try (InputStream in = EncoderText.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> constants(
      BertShape shape, Pooling pooling, int classes, boolean pooled) {
    Map<String, Object> values = new TreeMap<>();
    values.put("hidden", shape.hidden());
    values.put("heads", shape.heads());
    values.put("head_size", shape.headSize());
    values.put("scale", 1 / Math.sqrt(shape.headSize()));
    values.put("epsilon", shape.epsilon());
    values.put("embeddings", FrozenWeights.EMBEDDINGS);
    values.put("tensors", FrozenWeights.TENSORS);
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
              return torch.sum(x * keep, [1]) / torch.sum(keep, [1])""";
  }
}
