package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * DeBERTa of versions 2 and 3, whose attention reads relative positions. Source: {@code
 * DebertaV2Config}.
 */
final class DebertaV2 {
  private static final double EPSILON = 1e-7;
  private static final int MOST = 1 << 24;
  private static final String HEAD_SIZE = "attention_head_size";
  private static final String TYPES = "type_vocab_size";

  private DebertaV2() {}

  static Encoder of(ConfigFile config, boolean keepsHead) {
    int hidden = PostNorm.size(config, "hidden_size");
    int headSize = hidden / PostNorm.size(config, "num_attention_heads");
    if (config.integer(HEAD_SIZE).orElse(headSize) != headSize) {
      throw config.wrong(
          HEAD_SIZE,
          config.integer(HEAD_SIZE).getAsInt(),
          headSize + ", hidden_size by num_attention_heads");
    }
    int types = config.integer(TYPES).orElse(0);
    if (types < 0) {
      throw config.wrong(TYPES, types, "0 or more");
    }
    PostNorm encoder =
        PostNorm.ofBert(config)
            .epsilon(config.epsilon("layer_norm_eps", OptionalDouble.of(EPSILON)))
            .types(types)
            .embedding(config.size("embedding_size", OptionalInt.of(hidden), MOST))
            .projectedFirst()
            .disentangled(Disentangled.of(config))
            .classifier(
                keepsHead,
                "pooler.dense",
                PostNorm.activation(config, "pooler_hidden_act"),
                "classifier");
    if (!config.flag("position_biased_input", true)) {
      encoder.unplaced();
    }
    return encoder.named(
        "deberta-v2", PostNorm.Names.ofBert("deberta.", "query_proj", "key_proj", "value_proj"));
  }
}
