package io.flexora.model.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An ONNX model loaded by ONNX Runtime. */
final class OnnxSession implements AutoCloseable {
  private static final String ENGINE = "OnnxRuntime";
  private final Path file;
  private final Model model;
  private final OnnxGraph graph;

  private OnnxSession(Path file, Model model, OnnxGraph graph) {
    this.file = file;
    this.model = model;
    this.graph = graph;
  }

  /**
   * One output of a call, row-major.
   *
   * @param shape its shape
   * @param values its elements
   */
  // Bulk data between two native libraries; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  record OnnxOutput(Shape shape, float[] values) {}

  /**
   * Loads a model.
   *
   * @throws IOException if the file cannot be read
   * @throws FlexoraException if the engine refuses the file or the device
   */
  static OnnxSession open(Path file, OnnxGraph graph, Device device) throws IOException {
    return HostLoader.with(
        () -> {
          Model model = model(device);
          try {
            model.load(file);
            return new OnnxSession(file, model, graph);
          } catch (MalformedModelException | EngineException e) {
            model.close();
            throw new FlexoraException(
                "ONNX Runtime cannot load %s on %s: %s%s"
                    .formatted(file, device, root(e), device.isGpu() ? GPU_HINT : ""),
                e);
          }
        });
  }

  private static final String GPU_HINT =
      "; on a GPU, onnxruntime_gpu has to be on the class path in place of onnxruntime, or choose"
          + " 'device: cpu'";

  private static Model model(Device device) {
    try {
      return Model.newInstance("onnx", device, ENGINE);
    } catch (EngineException | LinkageError e) {
      throw new FlexoraException(
          "the OnnxRuntime engine did not start: "
              + root(e)
              + ". ai.djl.onnxruntime:onnxruntime-engine has to be on the host's class path",
          e);
    }
  }

  private static String root(Throwable e) {
    return e.getCause() == null ? String.valueOf(e.getMessage()) : root(e.getCause());
  }

  /**
   * Computes one output for texts padded to the longest of them.
   *
   * @param index the place of the output in the file
   * @throws FlexoraException if the model cannot be computed, or gives something else than float32
   */
  OnnxOutput run(List<Tokens> texts, int index) {
    try (NDManager scope = model.getNDManager().newSubManager();
        NDList results = forward(scope, texts)) {
      if (index >= results.size()) {
        throw new IllegalStateException("it gives %d outputs".formatted(results.size()));
      }
      NDArray result = results.get(index);
      return new OnnxOutput(result.getShape(), result.toFloatArray());
    } catch (EngineException | IllegalStateException | UnsupportedOperationException e) {
      throw new FlexoraException(
          "ONNX Runtime cannot compute output %d of %s: %s".formatted(index, file, root(e)), e);
    }
  }

  private NDList forward(NDManager scope, List<Tokens> texts) {
    PaddedTexts padded = PaddedTexts.of(texts);
    NDList inputs = new NDList();
    for (String name : graph.inputs()) {
      NDArray input = NativeArrays.of(scope, padded.input(name), padded.shape());
      input.setName(name);
      inputs.add(input);
    }
    return model.getBlock().forward(new ParameterStore(scope, false), inputs, false);
  }

  @Override
  public void close() {
    model.close();
  }
}
