package io.flexora.model.encoder;

import io.flexora.api.adapter.ModuleShape;

/** The names of the modules of a BERT layer. */
final class EncoderModules {
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
}
