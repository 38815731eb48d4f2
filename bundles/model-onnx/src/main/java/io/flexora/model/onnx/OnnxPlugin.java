package io.flexora.model.onnx;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the model backend {@code onnx}. */
public final class OnnxPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(ModelBackend.class, "onnx", OnnxOptions.class, OnnxBackend.class);
  }
}
