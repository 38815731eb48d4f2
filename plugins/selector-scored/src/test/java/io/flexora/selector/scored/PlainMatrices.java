package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.selection.SelectionContext.WeightGradientVisitor;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Layers of a narrow module of 4 weights and a wide one of 12, whose gradients are the same in all
 * elements: of the example at place e of the batches 2 e - 1 times a size, so that of two examples
 * the mean is 0 and of three it is the size. The weights are 2 and -2 in turns.
 */
final class PlainMatrices extends ForwardingContext implements FrozenMatrices {

  static final ModuleShape NARROW = new ModuleShape("narrow", "layer.%d.narrow", 2, 2);
  static final ModuleShape WIDE = new ModuleShape("wide", "layer.%d.wide", 2, 6);

  private static final double WEIGHT = 2;

  private final List<ModuleShape> modules;
  private final double[][] sizes;

  /**
   * Makes the layers.
   *
   * @param sizes for each layer the sizes of the gradients in the narrow module and in the wide one
   */
  PlainMatrices(NDManager manager, double[]... sizes) {
    this(manager, List.of(NARROW, WIDE), sizes);
  }

  /**
   * Makes layers of other modules.
   *
   * @param sizes for each layer the sizes of the gradients in these modules
   */
  PlainMatrices(NDManager manager, List<ModuleShape> modules, double[]... sizes) {
    super(SelectionOnProblem.of(manager, sizes.length, List.of(0)));
    this.modules = modules;
    this.sizes = sizes;
  }

  @Override
  public ModelShape shape() {
    return new ModelShape(
            "plain",
            sizes.length,
            2,
            8,
            targets(),
            List.of(),
            0,
            "float64",
            0,
            "SEQ_CLS",
            0,
            "plain")
        .withAbilities(Set.of(FrozenMatrices.class));
  }

  @Override
  public List<ModuleShape> targets() {
    return modules;
  }

  /** None of an earlier choice. */
  @Override
  public Checkpoints checkpoints() {
    return new MemoryCheckpoints();
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return ability.isInstance(this) ? Optional.of(ability.cast(this)) : super.ability(ability);
  }

  @Override
  public void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor) {
    for (int e = 0; e < batches.size(); e++) {
      for (int layer : layers) {
        for (int m = 0; m < modules.size(); m++) {
          ModuleShape module = modules.get(m);
          try (NDManager own = scope.newSubManager()) {
            double[] gradient = new double[module.inputs() * module.outputs()];
            Arrays.fill(gradient, (2 * e - 1) * sizes[layer][m]);
            visitor.visit(own, new AdapterSite(layer, module), matrix(own, module, gradient));
          }
        }
      }
    }
  }

  @Override
  public NDArray weight(NDManager scope, int layer, String module) {
    ModuleShape shape =
        modules.stream().filter(m -> m.name().equals(module)).findFirst().orElseThrow();
    double[] values = new double[shape.inputs() * shape.outputs()];
    Arrays.setAll(values, i -> i % 2 == 0 ? WEIGHT : -WEIGHT);
    return matrix(scope, shape, values);
  }

  private static NDArray matrix(NDManager scope, ModuleShape module, double[] values) {
    return NativeArrays.of(scope, values, new Shape(module.outputs(), module.inputs()));
  }

  @Override
  public boolean hasBias(int layer, String module) {
    return false;
  }
}
