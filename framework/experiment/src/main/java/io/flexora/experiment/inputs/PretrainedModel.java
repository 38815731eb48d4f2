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
import java.util.stream.IntStream;

/** A pretrained model; each piece is read when it is first asked for. */
public final class PretrainedModel implements AutoCloseable {

  private final Component<ModelBackend> backend;
  private final Loading loading;
  private final ModelDevices devices;
  private final Lazy<ModelShape> shape;
  private final Lazy<ModelMemory> memory;
  private final Lazy<Tokenizer> tokenizer;
  private final Lazy<BaseModel> model;

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
    this.shape = new Lazy<>(() -> IoFunction.of("model", backend, ModelBackend::describe));
    this.memory = new Lazy<>(() -> IoFunction.of("model", backend, ModelBackend::memory));
    this.tokenizer = new Lazy<>(this::readTokenizer);
    this.model = new Lazy<>(() -> DataParallelModel.of(onDevices()));
  }

  private Tokenizer readTokenizer() {
    // A model that is not there is no matter of its tokenizer.
    var unused = shape();
    return IoFunction.of("tokenizer", backend, ModelBackend::tokenizer);
  }

  /** The shape of the model; its weights are not loaded for that. */
  public ModelShape shape() {
    return shape.get();
  }

  /** The numbers of all layers, in their order. */
  public List<Integer> allLayers() {
    return IntStream.range(0, shape().layers()).boxed().toList();
  }

  /** The memory that the model takes, as its backend states it. */
  public ModelMemory memory() {
    return memory.get();
  }

  /** Whether layers are computed once more for their gradient. */
  public boolean recomputes() {
    return memory().activationSegments() > 1;
  }

  /** The tokenizer of the model. */
  public Tokenizer tokenizer() {
    return tokenizer.get();
  }

  /** The model; its weights are loaded when it is first asked for. */
  public BaseModel model() {
    return model.get();
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
  public boolean isLoaded() {
    return model.isMade();
  }

  @Override
  public void close() {
    model.release(BaseModel::close);
    tokenizer.release(Tokenizer::close);
  }
}
