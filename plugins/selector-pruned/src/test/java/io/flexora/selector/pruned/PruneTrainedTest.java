package io.flexora.selector.pruned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.TrainedAdapters;
import io.flexora.api.selection.TrainedValues;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules on a theta that is written down, where the answer is known. */
class PruneTrainedTest {

  private static final int LAYERS = 4;
  private static final int WIDTH = 16;
  private static final int RANK = 4;
  private static final int OF_FACTOR = RANK * WIDTH;

  /** Columns of an orthogonal matrix, Hadamard's. */
  private static double direction(int row, int column) {
    return (Integer.bitCount(row & column) % 2 == 0 ? 1 : -1) / 4.0;
  }

  /** Layers whose products have these singular values, in factors of another basis. */
  private static double[] theta(double[][] values) {
    double[] theta = new double[LAYERS * 2 * OF_FACTOR];
    double c = Math.cos(0.7);
    double s = Math.sin(0.7);
    for (int layer = 0; layer < LAYERS; layer++) {
      int a = layer * 2 * OF_FACTOR;
      int b = a + OF_FACTOR;
      for (int i = 0; i < WIDTH; i++) {
        for (int r = 0; r < RANK; r++) {
          theta[a + r * WIDTH + i] = direction(i, r + 1) * (r + 1);
          theta[b + i * RANK + r] = direction(i, 15 - r) * values[layer][r] / (r + 1);
        }
        // A rotation of the first two parts in both factors leaves the product as it is.
        double a0 = theta[a + i];
        double a1 = theta[a + WIDTH + i];
        theta[a + i] = c * a0 - s * a1;
        theta[a + WIDTH + i] = s * a0 + c * a1;
        double b0 = theta[b + i * RANK];
        double b1 = theta[b + i * RANK + 1];
        theta[b + i * RANK] = c * b0 - s * b1;
        theta[b + i * RANK + 1] = s * b0 + c * b1;
      }
    }
    return theta;
  }

  private static final double[][] VALUES = {
    {5, 4, 0.5, 0.1}, {0, 0, 0, 0}, {9, 0.2, 0.3, 0.4}, {1, 3, 2, 0.6}
  };

  /** A context whose training gives a theta, with losses that are a function of theta. */
  private static SelectionContext context(NDManager root, double[] theta, Loss loss) {
    return new ForwardingContext(SelectionOnProblem.of(root, LAYERS, List.of(0))) {
      @Override
      public TrainedAdapters trained() {
        ParameterIndex index = super.trained().parameters();
        return new Written(index, NativeArrays.of(root, theta), loss);
      }

      @Override
      public int validationExamples() {
        return EXAMPLES;
      }
    };
  }

  private static final int EXAMPLES = 40;

  /** The loss of an example. */
  private interface Loss {
    double of(double[] theta, int example);
  }

  private record Written(ParameterIndex parameters, NDArray theta, Loss loss)
      implements TrainedAdapters {

    @Override
    public NDArray initialTheta(NDManager scope) {
      return scope.zeros(theta.getShape(), theta.getDataType());
    }

    @Override
    public int examples() {
      return EXAMPLES;
    }

    @Override
    public double[] losses(NDManager scope, NDArray at, List<Integer> of) {
      double[] values = at.toDoubleArray();
      return of.stream().mapToDouble(example -> loss.of(values, example)).toArray();
    }

    /** Of half the squared norm. */
    @Override
    public LossGradient lossGradient(NDManager scope, NDArray at, List<Integer> of) {
      return new LossGradient(
          0, of.size(), NativeArrays.of(scope, at.toDoubleArray()), Optional.empty());
    }
  }

  private static Selection select(SelectionContext context, PruneTrainedOptions options) {
    return new PruneTrainedSelector(options, new Seeds(1)).select(context);
  }

  private static PruneTrainedOptions options(PruningRule rule, String budget, String value) {
    return new PruneTrainedOptions(
        rule,
        Optional.empty(),
        Optional.of(value).filter(v -> budget.equals("parameters")),
        Optional.of(value).filter(v -> budget.equals("layers")),
        Optional.of(value).filter(v -> budget.equals("margin")).map(Double::valueOf),
        16,
        Optional.empty(),
        false,
        64,
        PruneTrainedOptions.BackwardOrder.ONCE,
        400,
        0);
  }

  private static double[] product(double[] a, double[] b) {
    int rank = a.length / WIDTH;
    double[] product = new double[WIDTH * WIDTH];
    for (int i = 0; i < product.length; i++) {
      for (int r = 0; r < rank; r++) {
        product[i] += b[i / WIDTH * rank + r] * a[r * WIDTH + i % WIDTH];
      }
    }
    return product;
  }

  private static double[] array(TrainedValues values, int layer, String factor) {
    TrainedValues.Array found =
        values.arrays().stream()
            .filter(of -> of.tensorName().equals("layer." + layer + ".dense." + factor + ".weight"))
            .findFirst()
            .orElseThrow();
    double[] numbers = new double[(int) found.shape().size()];
    found.values().asDoubleBuffer().get(numbers);
    return numbers;
  }

  /** One threshold, between 0.6 and 1, keeps six of the sixteen singular values. */
  @Test
  void oneThresholdGivesTheRanksOfAllModules() {
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      Selection chosen =
          select(
              context(root, theta(VALUES), (theta, example) -> 0),
              options(PruningRule.SPECTRUM, "parameters", "37.5%"));
      assertThat(chosen.modules())
          .containsExactly(
              ChosenModule.of(0, "dense", 2),
              ChosenModule.of(2, "dense", 1),
              ChosenModule.of(3, "dense", 3));
      TrainedValues values = chosen.values().orElseThrow();
      double[][] cut = {{5, 4, 0, 0}, {0, 0, 0, 0}, {9, 0, 0, 0}, {1, 3, 2, 0}};
      double[] expected = theta(cut);
      for (int layer : chosen.layers()) {
        int at = layer * 2 * OF_FACTOR;
        assertThat(product(array(values, layer, "lora_A"), array(values, layer, "lora_B")))
            .containsExactly(
                product(
                    Arrays.copyOfRange(expected, at, at + OF_FACTOR),
                    Arrays.copyOfRange(expected, at + OF_FACTOR, at + 2 * OF_FACTOR)),
                within(1e-7));
      }
    }
  }

  @Test
  void allOfItIsTheSameFunction() {
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      double[] theta = theta(VALUES);
      SelectionContext context = context(root, theta, (at, example) -> 0);
      Spectra found =
          Spectra.of(
              context,
              context.trained().parameters(),
              NativeArrays.of(root, theta),
              Optional.empty());
      assertThat(found.values()).hasSize(LAYERS);
      for (AdapterSite site : found.values().keySet()) {
        double[] expected = VALUES[site.layer()].clone();
        Arrays.sort(expected);
        double[] ascending = found.values().get(site).clone();
        Arrays.sort(ascending);
        assertThat(ascending).containsExactly(expected, within(1e-7));
        int at = site.layer() * 2 * OF_FACTOR;
        double[] before =
            product(
                Arrays.copyOfRange(theta, at, at + OF_FACTOR),
                Arrays.copyOfRange(theta, at + OF_FACTOR, at + 2 * OF_FACTOR));
        double[] after =
            product(
                Arrays.copyOfRange(found.theta(), at, at + OF_FACTOR),
                Arrays.copyOfRange(found.theta(), at + OF_FACTOR, at + 2 * OF_FACTOR));
        assertThat(after).containsExactly(before, within(1e-7));
      }
    }
  }

  /** Of numbers that NumPy gives for the same matrices. */
  @Test
  void weightedValuesAreThoseOfTheOutputs() {
    ModuleShape module = new ModuleShape("dense", "layer.%d.dense", 3, 3);
    List<AdapterParameter> factors = LowRank.factors(module, 2);
    ParameterIndex index =
        new ParameterIndex(
            List.of(
                new Slice(0, new Shape(2, 3), new Slice.Adapter(0, module, factors.get(0))),
                new Slice(6, new Shape(3, 2), new Slice.Adapter(0, module, factors.get(1)))));
    double[] theta = {1, 2, 0, 0, 1, -1, 1, 0, 2, 1, 0, 3};
    double[] inputs = {1, 0, 2, 0, 1, 1, 3, 1, 0, 0.5, -1, 1};
    AdapterSite site = new AdapterSite(0, module);
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      SelectionContext context =
          new ForwardingContext(SelectionOnProblem.of(root, 1, List.of(0))) {
            @Override
            public void activations(
                List<List<Tokens>> batches,
                ActivationVisitor.CountedTokens tokens,
                ActivationVisitor visitor) {
              visitor.visit(root, site, NativeArrays.of(root, inputs, new Shape(4, 3)));
            }
          };
      NDArray at = NativeArrays.of(root, theta);
      Spectra plain = Spectra.of(context, index, at, Optional.empty());
      assertThat(plain.values().get(site))
          .containsExactly(new double[] {6.8662815863, 2.4195406957}, within(1e-9));
      Spectra weighted = Spectra.of(context, index, at, Optional.of(context.trainingExamples()));
      assertThat(weighted.values().get(site))
          .containsExactly(new double[] {7.4622950862, 3.6230721835}, within(1e-9));
      double[] a = Arrays.copyOfRange(weighted.theta(), 0, 3);
      double[] b = {weighted.theta()[6], weighted.theta()[8], weighted.theta()[10]};
      double[] cut = new double[9];
      for (int i = 0; i < cut.length; i++) {
        cut[i] = b[i / 3] * a[i % 3];
      }
      assertThat(cut)
          .containsExactly(
              new double[] {
                0.7092673466,
                2.1498689991,
                -0.7313343059,
                1.7004949075,
                5.1543910803,
                -1.7534012653,
                0.8458806430,
                2.5639592463,
                -0.8721979603
              },
              within(1e-9));
    }
  }

  /** Layers as they are keep their bits. */
  @Test
  void layersKeepTheirValues() {
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      double[] theta = theta(VALUES);
      Selection chosen =
          select(
              context(root, theta, (at, example) -> 0),
              options(PruningRule.MAGNITUDE, "layers", "2"));
      assertThat(chosen.layers()).containsExactly(0, 2);
      assertThat(chosen.scores().get("magnitude").get(0))
          .isCloseTo(Math.sqrt(25 + 16 + 0.25 + 0.01), within(1e-7));
      assertThat(array(chosen.values().orElseThrow(), 2, "lora_B"))
          .containsExactly(Arrays.copyOfRange(theta, 5 * OF_FACTOR, 6 * OF_FACTOR));
    }
  }

  private static boolean isOn(double[] theta, int layer) {
    return IntStream.range(0, OF_FACTOR)
        .anyMatch(i -> theta[layer * 2 * OF_FACTOR + OF_FACTOR + i] != 0);
  }

  /** Layer 2 does harm, layer 1 is zero: with noise in the losses, exactly these go. */
  @Test
  void whatDoesHarmIsDroppedFirst() {
    double[] gain = {1, 0, -0.5, 0.8};
    double[] noise = new Random(3).doubles(EXAMPLES, -0.01, 0.01).toArray();
    Loss loss =
        (theta, example) -> {
          double sum = 2;
          for (int layer = 0; layer < LAYERS; layer++) {
            sum -= isOn(theta, layer) ? gain[layer] + layer * noise[example] : 0;
          }
          return sum;
        };
    double[][] values = VALUES.clone();
    values[1] = new double[RANK];
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      Selection chosen =
          select(
              context(root, theta(values), loss), options(PruningRule.BACKWARD, "margin", "0.01"));
      assertThat(chosen.layers()).containsExactly(0, 3);
      double[][] helpful = {VALUES[0], VALUES[3], VALUES[2], VALUES[3]};
      double[] help = {1, 0.4, 0.5, 0.3};
      Selection all =
          select(
              context(
                  root,
                  theta(helpful),
                  (theta, example) ->
                      2
                          - IntStream.range(0, LAYERS)
                              .mapToDouble(l -> isOn(theta, l) ? help[l] + noise[example] : 0)
                              .sum()),
              options(PruningRule.BACKWARD, "margin", "0"));
      assertThat(all.layers()).containsExactly(0, 1, 2, 3);
    }
  }

  /** F = theta² where the gradient is theta, so the rise is half the sum of its fourth powers. */
  @Test
  void fisherPredictsTheRise() {
    double[] theta = theta(VALUES);
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      Selection chosen =
          select(
              context(root, theta, (at, example) -> 0), options(PruningRule.FISHER, "layers", "1"));
      double expected = 0;
      for (int i = 0; i < OF_FACTOR; i++) {
        expected += Math.pow(theta[3 * 2 * OF_FACTOR + OF_FACTOR + i], 4) / 2;
      }
      assertThat(chosen.scores().get("fisher").get(3)).isCloseTo(expected, within(1e-9));
    }
  }

  /**
   * Losses of c (1 - g)² / 2 for each layer, with g the layer's multiplier, have their penalised
   * optimum at g = 1 - λ / c: c (1 - g) is the same for all that are kept. Layer 1 does harm.
   */
  @Test
  void gatesFollowThePenalty() {
    double[] matter = {4, -1, 1, 2};
    double[] theta = theta(VALUES_OF_GATES);
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      SelectionContext written = context(root, theta, (at, example) -> loss(theta, at, matter));
      SelectionContext context =
          new ForwardingContext(written) {
            @Override
            public TrainedAdapters trained() {
              return new Quadratic(written.trained(), theta, matter);
            }

            @Override
            public int validationExamples() {
              return EXAMPLES;
            }
          };
      Selection two = select(context, options(PruningRule.GATES, "layers", "2"));
      assertThat(two.layers()).containsExactly(0, 3);
      List<Double> scores = two.scores().get("gates");
      assertThat(scores.get(0)).isGreaterThan(scores.get(3));
      assertThat(scores.get(3)).isGreaterThan(scores.get(2));
      assertThat(scores.get(2)).isGreaterThan(scores.get(1));
      TrainedValues values = two.values().orElseThrow();
      double first = multiplier(values, theta, 0);
      double last = multiplier(values, theta, 3);
      assertThat(last).isBetween(1e-9, 0.5);
      assertThat(4 * (1 - first)).isCloseTo(2 * (1 - last), within(0.1));
      assertThat(array(values, 0, "lora_A"))
          .containsExactly(Arrays.copyOfRange(theta, 0, OF_FACTOR));
      // Without layer 1 the loss falls by 1, which pays for a part of the penalty.
      assertThat(select(context, options(PruningRule.GATES, "margin", "0")).layers())
          .contains(0, 3)
          .doesNotContain(1);
    }
  }

  private static final double[][] VALUES_OF_GATES = {
    {5, 4, 3, 2}, {1, 2, 3, 4}, {9, 2, 3, 4}, {1, 3, 2, 6}
  };

  /** The multiplier of what a layer adds, if B is a multiple of what it was. */
  private static double gate(double[] theta, double[] at, int layer) {
    int b = layer * 2 * OF_FACTOR + OF_FACTOR;
    double product = 0;
    double square = 0;
    for (int i = b; i < b + OF_FACTOR; i++) {
      product += at[i] * theta[i];
      square += theta[i] * theta[i];
    }
    return product / square;
  }

  private static double loss(double[] theta, double[] at, double[] matter) {
    double loss = 10;
    for (int layer = 0; layer < LAYERS; layer++) {
      double gate = gate(theta, at, layer);
      loss +=
          matter[layer] < 0 ? -matter[layer] * gate : matter[layer] * (1 - gate) * (1 - gate) / 2;
    }
    return loss;
  }

  private static double multiplier(TrainedValues values, double[] theta, int layer) {
    double[] b = array(values, layer, "lora_B");
    int at = layer * 2 * OF_FACTOR + OF_FACTOR;
    double multiplier = b[0] / theta[at];
    for (int i = 0; i < b.length; i++) {
      assertThat(b[i]).isCloseTo(multiplier * theta[at + i], within(1e-9));
    }
    return multiplier;
  }

  /** The gradient of the loss in B, by the chain rule. */
  // Nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  private record Quadratic(TrainedAdapters written, double[] trained, double[] matter)
      implements TrainedAdapters {

    @Override
    public ParameterIndex parameters() {
      return written.parameters();
    }

    @Override
    public NDArray theta() {
      return written.theta();
    }

    @Override
    public NDArray initialTheta(NDManager scope) {
      return written.initialTheta(scope);
    }

    @Override
    public int examples() {
      return written.examples();
    }

    @Override
    public double[] losses(NDManager scope, NDArray at, List<Integer> of) {
      return written.losses(scope, at, of);
    }

    @Override
    public LossGradient lossGradient(NDManager scope, NDArray at, List<Integer> of) {
      double[] values = at.toDoubleArray();
      double[] gradient = new double[trained.length];
      for (int layer = 0; layer < LAYERS; layer++) {
        int b = layer * 2 * OF_FACTOR + OF_FACTOR;
        double square = 0;
        for (int i = b; i < b + OF_FACTOR; i++) {
          square += trained[i] * trained[i];
        }
        double gate = gate(trained, values, layer);
        double slope = matter[layer] < 0 ? -matter[layer] : matter[layer] * (gate - 1);
        for (int i = b; i < b + OF_FACTOR; i++) {
          gradient[i] = slope * trained[i] / square;
        }
      }
      return new LossGradient(
          loss(trained, values, matter),
          of.size(),
          NativeArrays.of(scope, gradient),
          Optional.empty());
    }
  }

  /** The lower layers do harm: the upper ones are kept. */
  @Test
  void theBetterSideOfABoundaryIsKept() {
    Loss loss = (theta, example) -> (isOn(theta, 0) ? 1 : 0) - (isOn(theta, 3) ? 1 : 0);
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      Selection chosen =
          select(context(root, theta(VALUES), loss), options(PruningRule.BOUNDARY, "layers", "2"));
      assertThat(chosen.layers()).containsExactly(2, 3);
    }
  }

  @Test
  void theMiddleIsThatOfTheStrategyOfThisName() {
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      for (int layers : List.of(7, 12)) {
        PrunableParts parts =
            PrunableParts.of(
                GateIndex.Layout.LAYER, SelectionOnProblem.of(root, layers, List.of(0)), "test");
        for (int k = 1; k <= layers; k++) {
          int from = (layers - k) / 2;
          assertThat(PruningOrder.middle(parts).bestFirst().subList(0, k))
              .containsExactlyInAnyOrderElementsOf(
                  IntStream.range(from, from + k).boxed().toList());
        }
      }
    }
  }

  /** Table values of Student's t. */
  @Test
  void theBoundIsThatOfStudent() {
    assertThat(PairedBound.quantile(10)).isCloseTo(1.812461, within(5e-5));
    assertThat(PairedBound.quantile(30)).isCloseTo(1.697261, within(2e-6));
    assertThat(PairedBound.quantile(100)).isCloseTo(1.660234, within(1e-6));
    PairedBound bound =
        PairedBound.of(
            new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
            new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    assertThat(bound.mean()).isCloseTo(5, within(1e-12));
    assertThat(bound.upper()).isCloseTo(5 + 1.812461, within(1e-4));
  }

  @Test
  void anAdapterThatIsNoProductIsRefused() {
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      SelectionContext context =
          new ForwardingContext(SelectionOnProblem.of(root, LAYERS, List.of(0))) {
            @Override
            public AdapterMethod adapter() {
              return new NoProduct();
            }

            @Override
            public String adapterName() {
              return "other";
            }
          };
      PruneTrainedSelector selector =
          new PruneTrainedSelector(options(PruningRule.MAGNITUDE, "layers", "2"), new Seeds(1));
      assertThatThrownBy(() -> Compatibility.require(selector::checkCompatibility, context))
          .hasMessageContainingAll("selector 'prune-trained'", "adapter 'other'", "plain LoRA");
    }
  }

  /** A method whose change is no product. */
  private static final class NoProduct extends NoAdapter {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(new AdapterParameter("V", "vector", new Shape(module.outputs())));
    }
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    List<Runnable> refused = new ArrayList<>();
    refused.add(() -> options(PruningRule.SPECTRUM, "layers", "2"));
    refused.add(() -> options(PruningRule.SPECTRUM, "parameters", "125%"));
    refused.add(() -> options(PruningRule.SPECTRUM, "parameters", "0%"));
    refused.add(() -> options(PruningRule.SPECTRUM, "parameters", "many"));
    for (Runnable one : refused) {
      assertThatThrownBy(one::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
