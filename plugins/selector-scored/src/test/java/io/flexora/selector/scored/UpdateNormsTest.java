package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.selector.scored.measure.UpdateNorms;
import io.flexora.testkit.fixture.model.ProductAdapter;
import io.flexora.testkit.fixture.problem.GatedProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * On two layers of a module of 2 x 2 and one of 6 x 2. A product of rank 1 has the norm of its row
 * times that of its column.
 */
class UpdateNormsTest {

  /** The norms of layer 0 are 5 * 3 and 4 * 5, the square root of whose squares is 25. */
  private static final double[] FACTORS = {
    3, 4, 0, 3, 0, 4, 3, 4, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0
  };

  private static final List<ModuleShape> MODULES =
      List.of(PlainMatrices.NARROW, PlainMatrices.WIDE);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void isTheNormOfTheProductsWithTheSquaresOfTheModulesSummedUp() {
    double[] untrained = FACTORS.clone();
    clearB(untrained);
    assertNorms(norms(new ProductAdapter(1), FACTORS, untrained), 25, 0);
  }

  @Test
  void ofLoraItHasTheScaleOfTheProduct() {
    double[] untrained = FACTORS.clone();
    clearB(untrained);
    assertNorms(norms(new Lora(), FACTORS, untrained), 0.5 * 25, 0);
  }

  /** As with PiSSA, which takes its first product out of the matrix. */
  @Test
  void ofLoraTheFirstProductIsTakenOut() {
    assertNorms(norms(new Lora(), FACTORS, FACTORS), 0, 0);

    double[] started = FACTORS.clone();
    clearB(started);
    started[3] = 3; // B of the narrow module of layer 0, as in FACTORS
    assertNorms(norms(new Lora(), FACTORS, started), 0.5 * 20, 0);
  }

  /** 16 weights of size 2, each of which changes by a half of it. */
  @Test
  void aChangeThatDependsOnTheMatrixIsTakenOfIt() {
    assertNorms(norms(new Scale(), new double[] {1.5, 1.5, 1, 1}, new double[] {1, 1, 1, 1}), 4, 0);
  }

  private static void assertNorms(List<Double> found, double first, double second) {
    assertThat(found).hasSize(2);
    assertThat(found.get(0)).isCloseTo(first, within(1e-12));
    assertThat(found.get(1)).isCloseTo(second, within(1e-12));
  }

  private static void clearB(double[] factors) {
    for (int layer = 0; layer < 2; layer++) {
      Arrays.fill(factors, 12 * layer + 2, 12 * layer + 4, 0);
      Arrays.fill(factors, 12 * layer + 6, 12 * layer + 12, 0);
    }
  }

  private List<Double> norms(AdapterMethod method, double[] theta, double[] initial) {
    BilevelProblem problem =
        new OtherProblem(new GatedProblem(2, List.of(0), 3)) {
          @Override
          public ParameterIndex parameters() {
            return index(method);
          }

          @Override
          public NDArray initialTheta(NDManager scope) {
            return NativeArrays.of(scope, initial);
          }
        };
    PlainMatrices model = new PlainMatrices(manager, new double[] {1, 1}, new double[] {1, 1});
    return new UpdateNorms(method, model).of(manager, problem, 0, NativeArrays.of(manager, theta));
  }

  private static ParameterIndex index(AdapterMethod method) {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer = 0; layer < 2; layer++) {
      for (ModuleShape module : MODULES) {
        for (AdapterParameter parameter : method.parameters(module)) {
          Slice.Adapter owner = new Slice.Adapter(layer, module, parameter);
          slices.add(new Slice(offset, parameter.shape(), owner));
          offset += parameter.shape().size();
        }
      }
    }
    return new ParameterIndex(slices);
  }

  /** LoRA of rank 1 and scale 0.5. */
  private static final class Lora extends NoAdapter {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return LowRank.factors(module, 1);
    }

    @Override
    public OptionalDouble loraScaling(long rank) {
      return OptionalDouble.of(0.5);
    }

    @Override
    public AdapterScript script() {
      throw new AssertionError("the product is all that counts");
    }
  }

  /** Multiplies the matrix by a number. */
  private static final class Scale extends NoAdapter {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(new AdapterParameter("scale", "scale", new Shape(1)));
    }

    @Override
    public AdapterScript script() {
      return AdapterScript.of(
              """
                def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
                  return (p[0] - 1) * weight * gate
              """)
          .with(MatrixUse.SCALED);
    }
  }
}
