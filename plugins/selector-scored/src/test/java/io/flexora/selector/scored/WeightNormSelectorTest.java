package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.Ranking;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeightNormSelectorTest {

  private static final int LAYERS = 8;
  private static final int WIDTH = 3;
  private static final AdapterParameter ARRAY = new AdapterParameter("C", "", new Shape(1));

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SelectionOnProblem planted = planted();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Without the checkpoints of an earlier choice. */
  private SelectionOnProblem planted() {
    return SelectionOnProblem.of(manager, LAYERS, List.of(1, 4, 6));
  }

  private static WeightNormSelector selector(KeptLayers kept) {
    return new WeightNormSelector(new WeightNormOptions(kept, 1, 8, ScoredSelectorsTest.sgd()));
  }

  /** A step of descent from B = 0 and A = I leads to B = -rate G, where G is the gradient in W. */
  @Test
  void afterAStepOfDescentItIsTheRateTimesTheNormOfTheGradient() {
    Selection found = selector(KeptLayers.of("3")).select(FactoredProblem.in(planted));

    NDArray start = NativeArrays.of(manager, new double[LAYERS * WIDTH]);
    NDArray noGates = NativeArrays.of(manager, new double[LAYERS]);
    double[] gradient =
        planted.problem().training(manager, 0, start, noGates).theta().toDoubleArray();
    List<Double> norms = found.scores().get("weight_norm");
    assertThat(norms).hasSize(LAYERS);
    for (int layer = 0; layer < LAYERS; layer++) {
      double squares = 0;
      for (int i = layer * WIDTH; i < (layer + 1) * WIDTH; i++) {
        squares += gradient[i] * gradient[i];
      }
      double expected = ScoredSelectorsTest.RATE * Math.sqrt(squares);
      assertThat(norms.get(layer)).isCloseTo(expected, within(1e-12));
    }
    assertThat(found.layers()).isEqualTo(Ranking.highest(norms, 3));
  }

  @Test
  void layersAreKeptByTheirNumberOrByTheirShareOfTheNorms() {
    KeptLayers unwritten = new KeptLayers(Optional.empty(), Optional.empty());
    Selection same = selector(unwritten).select(FactoredProblem.in(planted()));
    assertThat(same.layers()).hasSize(3);

    Selection half = selector(KeptLayers.reaching(0.5)).select(FactoredProblem.in(planted()));
    List<Double> norms = half.scores().get("weight_norm");
    double all = norms.stream().mapToDouble(Double::doubleValue).sum();
    double kept = half.layers().stream().mapToDouble(norms::get).sum();
    double least = half.layers().stream().mapToDouble(norms::get).min().orElseThrow();
    assertThat(kept).isGreaterThanOrEqualTo(0.5 * all);
    assertThat(kept - least).isLessThan(0.5 * all);
  }

  @Test
  void aTrainingThatChangesNothingIsRefused() {
    SelectionContext flat =
        new ForwardingContext(planted) {
          @Override
          public BilevelProblem problem(ProblemOptions options) {
            return new Flat(new FactoredProblem(super.problem(options)));
          }
        };
    assertThatThrownBy(() -> selector(KeptLayers.of("3")).select(flat))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the scores of all layers are 0 after 1 warm-up steps");
  }

  /** Before anything is computed. */
  @Test
  void anAdapterWhoseChangeDependsOnMoreIsRefused() {
    assertThatThrownBy(() -> requireCompatibility(planted, new Fixed()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector weight-norm")
        .hasMessageContaining("adapter 'product'");
    assertThatThrownBy(() -> requireCompatibility(planted, new Shared()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("arrays that are not trained");
    assertThatThrownBy(() -> requireCompatibility(new Closed(planted), new OfWeights()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector weight-norm needs a model that can read its frozen");
    assertThatCode(() -> requireCompatibility(planted, new OfWeights())).doesNotThrowAnyException();
    assertThatCode(() -> requireCompatibility(new Closed(planted), new NoAdapter()))
        .doesNotThrowAnyException();
  }

  private static void requireCompatibility(SelectionContext context, AdapterMethod method) {
    Compatibility.require(
        selector(KeptLayers.of("3"))::checkCompatibility,
        new ForwardingContext(context) {
          @Override
          public AdapterMethod adapter() {
            return method;
          }
        });
  }

  /** A problem whose loss is the same everywhere. */
  private static final class Flat extends OtherProblem {

    Flat(BilevelProblem problem) {
      super(problem);
    }

    @Override
    public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
      double[] nothing = new double[Math.toIntExact(theta.size())];
      return new LossGradient(0, 1, NativeArrays.of(scope, nothing), Optional.empty());
    }
  }

  /** With an array of each module that is not trained. */
  private static final class Fixed extends NoAdapter {
    @Override
    public List<AdapterParameter> constants(ModuleShape module) {
      return List.of(ARRAY);
    }
  }

  /** With an array that all modules share. */
  private static final class Shared extends NoAdapter {
    @Override
    public List<AdapterParameter> sharedConstants(List<ModuleShape> modules) {
      return List.of(ARRAY);
    }
  }

  /** Scales the frozen matrices. */
  private static final class OfWeights extends NoAdapter {
    @Override
    public AdapterScript script() {
      return super.script().with(MatrixUse.SCALED);
    }
  }
}
