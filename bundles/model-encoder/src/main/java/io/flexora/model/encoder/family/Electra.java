package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;
import java.util.OptionalInt;

/** ELECTRA's discriminator, whose embeddings may be narrower. Source: {@code ElectraConfig}. */
final class Electra {
  private static final int MOST = 1 << 24;

  private Electra() {}

  static Encoder of(ConfigFile config, boolean keepsHead) {
    return PostNorm.ofBert(config)
        .types(Bert.types(config))
        .embedding(config.size("embedding_size", OptionalInt.empty(), MOST))
        .classifier(keepsHead, "classifier.dense", "torch.gelu(y)", "classifier.out_proj")
        .named("electra", PostNorm.Names.ofBert("electra."));
  }
}
