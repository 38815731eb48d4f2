package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;

/**
 * RoBERTa and XLM-RoBERTa, whose positions count from the id of the padding token on. Sources:
 * {@code RobertaConfig}, {@code XLMRobertaConfig}.
 */
final class Roberta {
  private static final int PADDING = 1;

  private Roberta() {}

  static Encoder of(String type, ConfigFile config, boolean keepsHead) {
    int padding = config.integer("pad_token_id").orElse(PADDING);
    if (padding < 0) {
      throw config.wrong("pad_token_id", padding, "a token, as positions count from it");
    }
    return PostNorm.ofBert(config)
        .types(Bert.types(config))
        .countedFrom(padding)
        .classifier(keepsHead, "classifier.dense", "torch.tanh(y)", "classifier.out_proj")
        .named(type, PostNorm.Names.ofBert("roberta."));
  }
}
