package io.flexora.model.encoder;

import io.flexora.api.adapter.ModuleShape;
import java.util.List;

/** The modules of a BERT layer that can be adapted. */
final class EncoderModules {
  static final List<String> DEFAULT_TARGETS = List.of("query", "value");

  /** The place of a layer in the sequence classifier that PEFT puts an adapter on. */
  private static final String LAYER = "bert.encoder.layer.%d.";

  private EncoderModules() {}

  /** A module's name in {@code target_modules}. */
  static String name(String path) {
    return path.startsWith("attention.self.") ? path.substring("attention.self.".length()) : path;
  }

  /** The path of a module within its layer, such as {@code attention.self.query}. */
  static String inLayer(ModuleShape module) {
    return module.path().substring(LAYER.length());
  }

  /** The path of a part of a layer in the whole model. */
  static String path(int layer, String part) {
    return LAYER.formatted(layer) + part;
  }

  static List<ModuleShape> of(BertShape shape) {
    return BertFile.LINEARS.stream().map(path -> module(shape, path)).toList();
  }

  private static ModuleShape module(BertShape shape, String path) {
    int inputs = path.equals("output.dense") ? shape.intermediate() : shape.hidden();
    int outputs = path.equals("intermediate.dense") ? shape.intermediate() : shape.hidden();
    return new ModuleShape(name(path), LAYER + path, inputs, outputs);
  }
}
