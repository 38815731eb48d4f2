package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;
import java.util.List;
import java.util.OptionalInt;

/**
 * MPNet, whose attention scores have a bias by the distance of two tokens. Source: {@code
 * MPNetConfig}.
 */
final class MpNet {

  /** The padding token from which its positions count, whatever a configuration has. */
  private static final int PADDING = 1;

  /** The buckets of distances, of which the code of transformers has the limits. */
  private static final int BUCKETS = 32;

  private static final PostNorm.Names NAMES =
      new PostNorm.Names(
          "mpnet.",
          "encoder.layer.%d.",
          List.of(
              "attention.attn.q",
              "attention.attn.k",
              "attention.attn.v",
              "attention.attn.o",
              "intermediate.dense",
              "output.dense"),
          List.of("attention.LayerNorm", "output.LayerNorm"),
          List.of("attn.q", "attn.k", "attn.v", "attn.o", "intermediate.dense", "output.dense"),
          List.of("attn.q", "attn.v"));

  private MpNet() {}

  static Encoder of(ConfigFile config, boolean keepsHead) {
    int buckets =
        config.size("relative_attention_num_buckets", OptionalInt.of(BUCKETS), Integer.MAX_VALUE);
    if (buckets != BUCKETS) {
      throw config.wrong("relative_attention_num_buckets", buckets, String.valueOf(BUCKETS));
    }
    return PostNorm.ofBert(config)
        .countedFrom(PADDING)
        .distances(buckets)
        .classifier(keepsHead, "classifier.dense", "torch.tanh(y)", "classifier.out_proj")
        .named("mpnet", NAMES);
  }
}
