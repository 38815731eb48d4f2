package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;
import java.util.List;

/** DistilBERT, a BERT without token types. Source: {@code DistilBertConfig}. */
final class DistilBert {
  private static final double EPSILON = 1e-12;

  private static final PostNorm.Names NAMES =
      new PostNorm.Names(
          "distilbert.",
          "transformer.layer.%d.",
          List.of(
              "attention.q_lin",
              "attention.k_lin",
              "attention.v_lin",
              "attention.out_lin",
              "ffn.lin1",
              "ffn.lin2"),
          List.of("sa_layer_norm", "output_layer_norm"),
          List.of("q_lin", "k_lin", "v_lin", "out_lin", "lin1", "lin2"),
          List.of("q_lin", "v_lin"));

  private DistilBert() {}

  static Encoder of(ConfigFile config, boolean keepsHead) {
    return PostNorm.of(config, "n_layers", "dim", "n_heads", "hidden_dim")
        .epsilon(EPSILON)
        .activation("activation")
        .classifier(keepsHead, "pre_classifier", "torch.relu(y)", "classifier")
        .named("distilbert", NAMES);
  }
}
