package io.flexora.experiment;

import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.Tokenizer;
import io.flexora.api.plugin.Component;
import java.io.IOException;

/** A pretrained model; each piece is read when it is first asked for. */
final class PretrainedModel implements AutoCloseable {

  private final Component<ModelBackend> backend;
  private final Loading loading;
  private ModelShape shape;
  private ModelMemory memory;
  private Tokenizer tokenizer;
  private BaseModel model;

  /** How the weights are loaded. */
  @FunctionalInterface
  interface Loading {
    BaseModel load(ModelBackend backend) throws IOException;
  }

  PretrainedModel(Component<ModelBackend> backend, Loading loading) {
    this.backend = backend;
    this.loading = loading;
  }

  ModelShape shape() {
    if (shape == null) {
      shape = IoFunction.of("model", backend, ModelBackend::describe);
    }
    return shape;
  }

  ModelMemory memory() {
    if (memory == null) {
      memory = IoFunction.of("model", backend, ModelBackend::memory);
    }
    return memory;
  }

  Tokenizer tokenizer() {
    if (tokenizer == null) {
      tokenizer = IoFunction.of("tokenizer", backend, ModelBackend::tokenizer);
    }
    return tokenizer;
  }

  BaseModel model() {
    if (model == null) {
      model = IoFunction.of("model", backend, loading::load);
    }
    return model;
  }

  /** Whether the weights are in memory. */
  boolean isLoaded() {
    return model != null;
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
    if (tokenizer != null) {
      tokenizer.close();
      tokenizer = null;
    }
  }
}
