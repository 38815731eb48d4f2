package io.flexora.model.decoder;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.model.decoder.family.DecoderShape;
import java.util.List;

/** The modules of a decoder's layer that can be adapted. */
final class DecoderModules {

  static final List<String> DEFAULT_TARGETS = List.of("q_proj", "v_proj");

  private DecoderModules() {}

  static List<ModuleShape> of(DecoderShape shape) {
    int queries = shape.heads() * shape.headSize();
    int keys = shape.keyValueHeads() * shape.headSize();
    int hidden = shape.hidden();
    int inner = shape.intermediate();
    return List.of(
        attention("q_proj", hidden, queries),
        attention("k_proj", hidden, keys),
        attention("v_proj", hidden, keys),
        attention("o_proj", queries, hidden),
        mlp("gate_proj", hidden, inner),
        mlp("up_proj", hidden, inner),
        mlp("down_proj", inner, hidden));
  }

  private static ModuleShape attention(String name, int inputs, int outputs) {
    return new ModuleShape(name, "model.layers.%d.self_attn." + name, inputs, outputs);
  }

  private static ModuleShape mlp(String name, int inputs, int outputs) {
    return new ModuleShape(name, "model.layers.%d.mlp." + name, inputs, outputs);
  }
}
