package {{package}};

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The frozen model: its weights are loaded once and shared by all adapted models.
 *
 * <p>A pretrained model reads its weights here, say by {@code SafetensorsFile} of {@code
 * io.flexora.formats.safetensors}; these are drawn from a seed.
 */
final class {{type}}Model implements BaseModel {

  private final {{type}}Options options;
  private final ModelShape shape;
  private final NDManager manager;
  private final List<NDArray> weights = new ArrayList<>();

  {{type}}Model({{type}}Options options, ModelShape shape, NDManager manager) {
    this.options = options;
    this.shape = shape;
    this.manager = manager;
    weights.add(drawn("embedding", ByteTokenizer.VOCABULARY, options.hiddenSize(), 1));
    weights.add(drawn("positions", options.maxTokens(), options.hiddenSize(), 1));
    for (int layer = 0; layer < options.layers(); layer++) {
      for (ModuleShape module : shape.modules()) {
        double scale = 1 / Math.sqrt(module.inputs());
        weights.add(drawn(module.path(layer), module.outputs(), module.inputs(), scale));
      }
    }
  }

  static long parameters({{type}}Options options) {
    long hidden = options.hiddenSize();
    long ofLayer = 4 * hidden * hidden + 2 * hidden * options.innerSize();
    return hidden * (ByteTokenizer.VOCABULARY + options.maxTokens()) + options.layers() * ofLayer;
  }

  private NDArray drawn(String name, int rows, int columns, double scale) {
    SplittableRandom random = new Seeds(options.weightSeed()).stream(name);
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * random.nextGaussian();
    }
    try (NDArray wide = NativeArrays.of(manager, values, new Shape(rows, columns))) {
      return NativeArrays.convert(manager, wide, type());
    }
  }

  DataType type() {
    return options.computeDtype().type();
  }

  {{type}}Options options() {
    return options;
  }

  List<NDArray> weights() {
    return weights;
  }

  @Override
  public ModelShape shape() {
    return shape;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public AdaptedModel adapt(AdapterPlan plan) {
    if (plan.classes() < 1) {
      throw new FlexoraException(
          "model {{name}} chooses among classes, and the task has none; use a task such as"
              + " classification");
    }
    return new Adapted{{type}}(this, plan);
  }

  @Override
  public void close() {
    manager.close();
  }
}
