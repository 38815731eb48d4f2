package io.flexora.experiment.inputs;

import ai.djl.Device;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Component;
import io.flexora.experiment.setup.ModelDevices;
import io.flexora.numerics.parallel.DataParallelModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pretrained model; each piece is read when it is first asked for. */
public final class PretrainedModel implements AutoCloseable {

  private final Component<ModelBackend> backend;
  private final Loading loading;
  private final ModelDevices devices;
  private ModelShape shape;
  private ModelMemory memory;
  private Tokenizer tokenizer;
  private BaseModel model;

  /** The way in which weights are loaded. */
  @FunctionalInterface
  public interface Loading {
    BaseModel load(ModelBackend backend) throws IOException;
  }

  /**
   * Reads nothing yet.
   *
   * @param devices where the weights go
   */
  public PretrainedModel(Component<ModelBackend> backend, Loading loading, ModelDevices devices) {
    this.backend = backend;
    this.loading = loading;
    this.devices = devices;
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
      // A model that is not there is no matter of its tokenizer.
      var unused = shape();
      tokenizer = IoFunction.of("tokenizer", backend, ModelBackend::tokenizer);
    }
    return tokenizer;
  }

  BaseModel model() {
    if (model == null) {
      model = DataParallelModel.of(onDevices());
    }
    return model;
  }

  /** The model on each device; devices with the same memory have it in common. */
  private List<BaseModel> onDevices() {
    Map<Device, BaseModel> loaded = new HashMap<>();
    List<BaseModel> models = new ArrayList<>();
    try {
      for (Device device : devices.all()) {
        boolean first = loaded.isEmpty();
        models.add(loaded.computeIfAbsent(device, d -> loaded(d, first)));
      }
      return models;
    } catch (RuntimeException e) {
      loaded.values().forEach(BaseModel::close);
      throw e;
    }
  }

  private BaseModel loaded(Device device, boolean first) {
    return IoFunction.of(
        "model", backend, own -> loading.load(first ? own : devices.on(backend, device)));
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
