package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;

/**
 * The frozen matrices of a model for others to read, cut out of those that it computes with.
 *
 * @since 0.1
 */
public final class WeightView {

  private static final String SCRIPT =
      """
        def rows(self, joined: Tensor, first: Tensor, count: Tensor) -> Tensor:
          part = torch.narrow(joined, 0, int(first), int(count))
          return part.to(6, False, True).contiguous()
      """;

  private final ModelShape shape;
  private final TorchScript script;

  /**
   * The place of a module's matrix.
   *
   * @param joined an array of the model, in any type of floating-point numbers
   * @param first the first row of the module in it
   */
  public record MatrixPlace(NDArray joined, long first) {}

  /** Finds the matrix of a module. */
  @FunctionalInterface
  public interface Places {

    /** The place of a module that the model has. */
    MatrixPlace of(int layer, String module);
  }

  /**
   * Makes them of a model.
   *
   * @param owner the manager of the model, which outlives them
   * @param shape what layers and modules there are
   */
  public WeightView(NDManager owner, ModelShape shape) {
    this.shape = shape;
    this.script = TorchScript.compile(owner, SCRIPT);
  }

  /**
   * A module by its name.
   *
   * @throws io.flexora.api.run.FlexoraException if the model has no such layer or module
   */
  public ModuleShape module(int layer, String name) {
    AdapterLayout.requireLayer(layer, shape);
    return AdapterLayout.requireModule(name, shape);
  }

  /**
   * Copies a matrix.
   *
   * @param scope the owner of the result
   * @param places where the matrices are
   * @return {@code [outputs, inputs]}, float32
   * @throws io.flexora.api.run.FlexoraException if the model has no such layer or module
   */
  public NDArray copy(NDManager scope, int layer, String module, Places places) {
    ModuleShape found = module(layer, module);
    MatrixPlace place = places.of(layer, module);
    try (NDManager temporary = scope.newSubManager()) {
      NDArray copy =
          script
              .call(
                  "rows",
                  new Arguments(temporary)
                      .with("joined", place.joined())
                      .with("first", place.first())
                      .with("count", found.outputs()))
              .singletonOrThrow();
      copy.attach(scope);
      return copy;
    }
  }
}
