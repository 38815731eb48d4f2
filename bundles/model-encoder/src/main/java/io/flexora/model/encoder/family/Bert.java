package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;
import java.util.OptionalInt;

/** BERT. Source: {@code BertConfig}. */
public final class Bert {
  private static final int MOST_TYPES = 1 << 16;

  private Bert() {}

  static Encoder of(ConfigFile config, boolean keepsHead) {
    return PostNorm.ofBert(config)
        .types(types(config))
        .classifier(keepsHead, "bert.pooler.dense", "torch.tanh(y)", "classifier")
        .named("bert", PostNorm.Names.ofBert("bert."));
  }

  static int types(ConfigFile config) {
    return config.size("type_vocab_size", OptionalInt.of(2), MOST_TYPES);
  }

  /**
   * The BERT of an ONNX file, whose shape its graph tells.
   *
   * @param epsilon what its norms add to a variance
   * @param types the rows of the embedding of token types
   */
  public static Encoder ofGraph(Encoder.Sizes sizes, double epsilon, int types) {
    return PostNorm.ofGraph(sizes, epsilon, types);
  }
}
