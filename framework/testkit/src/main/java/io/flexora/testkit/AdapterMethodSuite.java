package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.adapter.TrainingSchedule.Moment;
import io.flexora.api.adapter.TrainingSchedule.Turn;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.AdapterChange.PlainLora;
import io.flexora.numerics.transformer.CompleteScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Checks an adapter method on a module of 6 inputs and 5 outputs, in float64; constants that
 * modules share are shared with one of 5 inputs and 8 outputs.
 *
 * @since 0.1
 */
public abstract class AdapterMethodSuite extends ExtensionSuite<AdapterMethod> {

  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 6, 5);
  private static final ModuleShape OTHER = new ModuleShape("out", "layer.%d.out", 5, 8);
  private static final AdapterSite SITE = new AdapterSite(0, MODULE);
  private static final Shape CHANGED = new Shape(5, 6);
  private static final int ROWS = 4;
  private static final double H = 1e-5;
  private static final long NO_DROPOUT = -1;

  private static final String CALLS =
      """
        def run(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, seed: Tensor) -> Tensor:
          return self.adapt(x, y, weight, p, c[1:], gate, int(seed))
        def leaves(self, p: List[Tensor]) -> List[Tensor]:
          q = annotate(List[Tensor], [])
          for t in p:
            q.append(torch.detach(t).requires_grad_(True))
          return q
        def pull(self, y: Tensor, xs: List[Tensor], keep: bool) -> List[Tensor]:
          given = annotate(List[Optional[Tensor]], [])
          given.append(torch.ones_like(y))
          results = annotate(List[Tensor], [])
          for g in torch.autograd.grad([y], xs, given, keep, keep, True):
            if g is None:
              results.append(torch.zeros_like(xs[len(results)]))
            else:
              results.append(g)
          return results
        def gradient(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
          q = self.leaves(p)
          z = self.adapt(x, y, weight, q, c[1:], gate, -1)
          return self.pull(torch.sum(z * z), q, False)
        def product(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, u: List[Tensor]) -> List[Tensor]:
          q = self.leaves(p)
          z = self.adapt(x, y, weight, q, c[1:], gate, -1)
          first = self.pull(torch.sum(z * z), q, True)
          along = torch.sum(first[0] * u[0])
          for i in range(1, len(first)):
            along = along + torch.sum(first[i] * u[i])
          return self.pull(along, q, False)
      """;

  private static final String PRUNED_CALLS =
      """
        def merging(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          return self.merged(weight, p, c[1:], gate)
      """;

  private static final String PENALTY_CALLS =
      """
        def penalty_of(self, p: List[Tensor]) -> Tensor:
          return torch.clone(self.penalty(p))
        def penalty_slope(self, p: List[Tensor]) -> List[Tensor]:
          q = self.leaves(p)
          return self.pull(self.penalty(q), q, False)
        def penalty_product(self, p: List[Tensor], u: List[Tensor]) -> List[Tensor]:
          q = self.leaves(p)
          first = self.pull(self.penalty(q), q, True)
          along = torch.sum(first[0] * u[0])
          for i in range(1, len(first)):
            along = along + torch.sum(first[i] * u[i])
          return self.pull(along, q, False)
      """;

  /** For subclasses. */
  protected AdapterMethodSuite() {
    super(AdapterMethod.class);
  }

  @Test
  void hasTheSameParametersAlways() {
    List<AdapterParameter> parameters = extension().parameters(MODULE);
    assertThat(extension().parameters(MODULE))
        .as("parameters of %s, asked for again", name())
        .isEqualTo(parameters);
    assertThat(parameters).extracting(AdapterParameter::name).isNotEmpty().doesNotHaveDuplicates();
    assertThat(parameters)
        .extracting(AdapterParameter::tensorName)
        .as("names of the tensors of %s in an adapter file", name())
        .doesNotHaveDuplicates();
    assertThat(parameters).allMatch(p -> p.shape().size() > 0);
  }

  @Test
  void startsWithAsManyValuesAsThereAreElementsFromItsStreamsAlone() {
    try (NDManager root = Engine.manager()) {
      AdapterStart start = new SmallSetting(root).start(extension());
      assertThat(new SmallSetting(root).start(extension()))
          .as("what %s starts from, asked for again", name())
          .isEqualTo(start);
      for (AdapterSite site : SmallSetting.SITES) {
        assertArrays(site, start.shapes(site), extension().parameters(site.module()));
        List<AdapterArray> constants = start.constants().getOrDefault(site, List.of());
        assertArrays(
            site,
            constants.stream().map(AdapterArray::parameter).toList(),
            extension().constants(site.module()));
      }
      assertThat(start.shared().stream().map(AdapterArray::parameter))
          .as("shared constants of %s", name())
          .isEqualTo(extension().sharedConstants(List.of(MODULE, OTHER)));
    }
  }

  private void assertArrays(
      AdapterSite site, List<AdapterParameter> found, List<AdapterParameter> declared) {
    if (extension().form().shapesVary()) {
      assertThat(found)
          .as("arrays of %s at the start of %s", name(), site.path())
          .extracting(AdapterParameter::name)
          .isEqualTo(declared.stream().map(AdapterParameter::name).toList());
    } else {
      assertThat(found)
          .as("arrays of %s at the start of %s", name(), site.path())
          .isEqualTo(declared);
    }
  }

  @Test
  void leavesTheModuleAsItIsAtItsInitialValues() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.initialValues();
      double[] output = at.run(values, 1, NO_DROPOUT);
      double ofBias = Engine.norm(at.biasChange(values).toDoubleArray());
      double change = Engine.norm(at.weightChange(values).toDoubleArray()) + ofBias;
      if (at.method.initialisation().isEmpty()) {
        assertThat(output)
            .as("output of 'adapt' of %s at the initial values, bit for bit the frozen one", name())
            .isEqualTo(at.frozen.toDoubleArray());
        assertThat(change)
            .as("length of the change of weight and bias of %s at the initial values", name())
            .isZero();
      } else {
        assertThat(Engine.relativeDistance(output, at.frozen.toDoubleArray()))
            .as("distance of 'adapt' of %s at the initial values from the frozen module", name())
            .isLessThan(1e-6);
        assertThat(change)
            .as("length of the change of weight and bias of %s at the initial values", name())
            .isLessThan(1e-6 * Engine.norm(at.weight.toDoubleArray()));
      }
    }
  }

  @Test
  void itsForwardPassIsThatOfTheChangedMatrix() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      NDArray moved = at.frozen.add(at.x.matMul(at.weightChange(values).transpose()));
      double[] expected = moved.add(at.biasChange(values)).toDoubleArray();
      assertThat(Engine.relativeDistance(at.run(values, 1, NO_DROPOUT), expected))
          .as("distance of 'adapt' of %s from the module whose matrix has its change added", name())
          .isLessThan(1e-6);
    }
  }

  @Test
  void onAPrunedMatrixItsForwardPassIsThatOfTheChangedOneWithTheSameZeros() {
    assumeTrue(extension().script().matrix().keepsZeros(), "it cannot be put on pruned matrices");
    try (NDManager root = Engine.manager()) {
      Setting at = Setting.pruned(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] change = at.maskedChange(values).toDoubleArray();
      boolean[] kept = at.kept.orElseThrow().toBooleanArray();
      for (int i = 0; i < kept.length; i++) {
        assertThat(kept[i] || change[i] == 0)
            .as(
                "change of number %d of a pruned matrix by %s is zero where it is pruned",
                i, name())
            .isTrue();
      }
      assertThat(Engine.norm(change)).as("length of the change by %s", name()).isPositive();
      NDArray moved = at.frozen.add(at.x.matMul(at.maskedChange(values).transpose()));
      double[] expected = moved.add(at.biasChange(values)).toDoubleArray();
      assertThat(Engine.relativeDistance(at.run(values, 1, NO_DROPOUT), expected))
          .as("distance of the masked 'adapt' of %s from its masked weight change", name())
          .isLessThan(1e-10);
      if (at.method.script().takesGates()) {
        double[] frozen = at.frozen.toDoubleArray();
        double[] half = Engine.plus(frozen, 0.5, Engine.plus(expected, -1, frozen));
        assertThat(Engine.relativeDistance(at.run(values, 0.5, NO_DROPOUT), half))
            .as(
                "distance of the masked 'adapt' of %s at gate 0.5 from half of what it adds",
                name())
            .isLessThan(1e-10);
      }
    }
  }

  @Test
  void aRowThatIsPrunedAltogetherLeavesTheGradientFinite() {
    assumeTrue(extension().script().matrix().keepsZeros(), "it cannot be put on pruned matrices");
    boolean[] kept = whole();
    Arrays.fill(kept, 0, MODULE.inputs(), false);
    try (NDManager root = Engine.manager()) {
      Setting at = Setting.masked(root, extension(), kept);
      double[] gradient = at.gradient(at.randomValues(1));
      for (int i = 0; i < gradient.length; i++) {
        assertThat(gradient[i])
            .as(
                "number %d of the gradient of %s where all of the first output is pruned",
                i, name())
            .isFinite();
      }
    }
  }

  @Test
  void itsMergedMatrixComputesWhatItDoesBesideAPrunedOne() {
    assumeTrue(extension().script().isMergeable(), "its change is no matrix alone");
    try (NDManager root = Engine.manager()) {
      Setting at = Setting.pruned(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] gates = at.method.script().takesGates() ? new double[] {1, 0.5} : new double[] {1};
      for (double gate : gates) {
        double[] expected =
            at.x.matMul(at.merged(values, gate).transpose()).add(at.bias).toDoubleArray();
        assertThat(Engine.relativeDistance(at.run(values, gate, NO_DROPOUT), expected))
            .as(
                "distance of the masked 'adapt' of %s at gate %s from its 'merged' matrix",
                name(), gate)
            .isLessThan(1e-10);
      }
    }
  }

  @Test
  void aMaskThatKeepsEverythingChangesNothing() {
    assumeTrue(extension().script().matrix().keepsZeros(), "it cannot be put on pruned matrices");
    try (NDManager root = Engine.manager()) {
      Setting plain = new Setting(root, extension());
      Setting at = Setting.masked(root, extension(), whole());
      List<NDArray> values = plain.randomValues(1);
      assertThat(
              Engine.relativeDistance(
                  at.run(values, 1, NO_DROPOUT), plain.run(values, 1, NO_DROPOUT)))
          .as(
              "distance of 'adapt' of %s with a mask that keeps everything from that without",
              name())
          .isLessThan(1e-10);
      assertThat(
              Engine.relativeDistance(
                  at.maskedChange(values).toDoubleArray(),
                  plain.weightChange(values).toDoubleArray()))
          .as("distance of the change by %s with such a mask from that without", name())
          .isLessThan(1e-10);
    }
  }

  private static boolean[] whole() {
    boolean[] kept = new boolean[MODULE.outputs() * MODULE.inputs()];
    Arrays.fill(kept, true);
    return kept;
  }

  @Test
  void canBeDifferentiatedTwiceOnAPrunedMatrix() {
    assumeTrue(extension().script().matrix().keepsZeros(), "it cannot be put on pruned matrices");
    assumeTrue(extension().script().inexactGradient().isEmpty(), "its gradient is not exact");
    try (NDManager root = Engine.manager()) {
      assertDerivatives(Setting.pruned(root, extension()));
    }
  }

  @Test
  void saysWhetherItsChangeDependsOnTheMatrix() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] change = at.weightChange(values).toDoubleArray();
      double[] ofAnother =
          at.change.ofMatrix(root, at.weight.mul(2), values, at.constants).toDoubleArray();
      assertThat(Engine.relativeDistance(change, ofAnother) > 1e-12)
          .as("whether the change by %s depends on the matrix, as it says", name())
          .isEqualTo(at.method.script().matrix().isUsed());
    }
  }

  @Test
  void multipliesItsContributionWithTheGateOnce() {
    assumeTrue(extension().script().takesGates(), "it takes no gates");
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] frozen = at.frozen.toDoubleArray();
      double[] whole = Engine.plus(at.run(values, 1, NO_DROPOUT), -1, frozen);
      for (double gate : new double[] {0, 0.5, 2}) {
        double[] expected = Engine.plus(frozen, gate, whole);
        assertThat(Engine.relativeDistance(at.run(values, gate, NO_DROPOUT), expected))
            .as("distance of 'adapt' of %s at gate %s from y + gate * contribution", name(), gate)
            .isLessThan(1e-6);
      }
    }
  }

  @Test
  void takesAGateForEachOfItsPartsIfItHasARank() {
    assumeTrue(extension().ranked().isPresent(), "it is no sum of rank-one parts");
    int rank = extension().ranked().orElseThrow().rank(MODULE);
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] frozen = at.frozen.toDoubleArray();
      double[] gates = Engine.random(5, rank, 2);
      double[] expected = frozen;
      for (int part = 0; part < rank; part++) {
        double[] one = new double[rank];
        one[part] = 1;
        double[] added = Engine.plus(at.run(values, one), -1, frozen);
        assertThat(Engine.norm(added))
            .as("length of what part %d of %s adds", part, name())
            .isPositive();
        assertThat(largestMinor(added))
            .as("largest minor of what part %d of %s adds, which has rank one", part, name())
            .isLessThan(1e-6 * Engine.dot(added, added));
        expected = Engine.plus(expected, gates[part], added);
      }
      assertThat(Engine.relativeDistance(at.run(values, gates), expected))
          .as("distance of 'adapt' of %s with a gate for each part from the gated parts", name())
          .isLessThan(1e-6);
      double[] ones = new double[rank];
      Arrays.fill(ones, 1);
      assertThat(Engine.relativeDistance(at.run(values, ones), at.run(values, 1, NO_DROPOUT)))
          .as("distance of 'adapt' of %s with gates of 1 from that with a gate of 1", name())
          .isLessThan(1e-6);
    }
  }

  /** The largest determinant of two rows and two columns: 0 for a matrix of rank one. */
  private static double largestMinor(double[] rows) {
    int width = MODULE.outputs();
    double largest = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = i + 1; j < rows.length; j++) {
        double other = rows[i / width * width + j % width] * rows[j / width * width + i % width];
        largest = Math.max(largest, Math.abs(rows[i] * rows[j] - other));
      }
    }
    return largest;
  }

  @Test
  void goesByTheRankOfWhatItIsGivenIfItHasARank() {
    assumeTrue(extension().ranked().isPresent(), "it is no sum of rank-one parts");
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      AdapterMethod.Ranked ranked = at.method.ranked().orElseThrow();
      for (int rank : new int[] {1, 3}) {
        List<AdapterParameter> parameters = ranked.parameters(MODULE, rank);
        assertThat(parameters)
            .extracting(AdapterParameter::name)
            .as("parameters of %s of rank %d", name(), rank)
            .isEqualTo(at.method.parameters(MODULE).stream().map(AdapterParameter::name).toList());
        List<NDArray> values = new ArrayList<>();
        parameters.forEach(p -> values.add(at.array(p.shape(), 40 + values.size())));
        NDArray moved = at.frozen.add(at.x.matMul(at.weightChange(values).transpose()));
        assertThat(Engine.relativeDistance(at.run(values, 1, NO_DROPOUT), moved.toDoubleArray()))
            .as("distance of 'adapt' of %s of rank %d from its change", name(), rank)
            .isLessThan(1e-6);
      }
      int own = ranked.rank(MODULE);
      assertThat(elements(ranked.parameters(MODULE, 3 * own)))
          .as("elements of the parameters of %s of three times its rank", name())
          .isEqualTo(3 * elements(at.method.parameters(MODULE)));
      assertThat(ranked.parameters(MODULE, own))
          .as("parameters of %s of the rank that it says", name())
          .isEqualTo(at.method.parameters(MODULE));
    }
  }

  private static long elements(List<AdapterParameter> parameters) {
    return parameters.stream().mapToLong(parameter -> parameter.shape().size()).sum();
  }

  @Test
  void itsContributionScalesWithTheParametersThatItNames() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<AdapterParameter> parameters = at.method.parameters(MODULE);
      assumeTrue(
          parameters.stream().anyMatch(at.method::isLinearIn), "it scales with no parameter");
      List<NDArray> values = at.randomValues(1);
      double[] frozen = at.frozen.toDoubleArray();
      double[] whole = Engine.plus(at.run(values, 1, NO_DROPOUT), -1, frozen);
      for (double factor : new double[] {0, 0.25, 2}) {
        List<NDArray> scaled = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
          boolean scales = at.method.isLinearIn(parameters.get(i));
          scaled.add(values.get(i).mul(scales ? factor : 1));
        }
        double[] expected = Engine.plus(frozen, factor, whole);
        assertThat(Engine.relativeDistance(at.run(scaled, 1, NO_DROPOUT), expected))
            .as(
                "distance of 'adapt' of %s from y + %s * contribution, where the parameters are"
                    + " multiplied by %s that isLinearIn names",
                name(), factor, factor)
            .isLessThan(1e-6);
      }
    }
  }

  @Test
  void dependsOnItsParametersAsLoraDoesIfItSaysSo() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      OptionalDouble scaling = at.method.loraScaling(values.get(0).getShape().get(0));
      assumeTrue(scaling.isPresent(), "it is not LoRA");
      List<NDArray> others = at.randomValues(2);
      NDArray moved = at.product(others).sub(at.product(values)).mul(scaling.getAsDouble());
      double[] expected =
          Engine.plus(
              at.run(values, 1, NO_DROPOUT), 1, at.x.matMul(moved.transpose()).toDoubleArray());
      assertThat(Engine.relativeDistance(at.run(others, 1, NO_DROPOUT), expected))
          .as("distance of 'adapt' of %s from loraScaling times B A x", name())
          .isLessThan(1e-6);
    }
  }

  @Test
  void dropsTheSameForTheSameSeed() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] first = at.run(values, 1, 7);
      at.run(values, 1, 8);
      assertThat(at.run(values, 1, 7))
          .as("output of 'adapt' of %s with the dropout seed of an earlier call", name())
          .isEqualTo(first);
    }
  }

  @Test
  void canBeDifferentiatedTwice() {
    assumeTrue(extension().script().inexactGradient().isEmpty(), "its gradient is not exact");
    try (NDManager root = Engine.manager()) {
      assertDerivatives(new Setting(root, extension()));
    }
  }

  private void assertDerivatives(Setting at) {
    List<NDArray> values = at.randomValues(1);
    List<NDArray> u = at.randomValues(2);
    double up = at.squares(at.moved(values, u, H));
    double down = at.squares(at.moved(values, u, -H));
    assertThat(Engine.dot(at.gradient(values), flat(u)))
        .as("slope of 'adapt' of %s by its gradient, and by differences", name())
        .isCloseTo((up - down) / (2 * H), withinPercentage(0.01));
    double[] differences =
        Engine.plus(at.gradient(at.moved(values, u, H)), -1, at.gradient(at.moved(values, u, -H)));
    for (int i = 0; i < differences.length; i++) {
      differences[i] /= 2 * H;
    }
    assertThat(Engine.relativeDistance(at.product(values, u), differences))
        .as("distance of the second derivative of %s from differences of the first", name())
        .isLessThan(1e-5);
  }

  @Test
  void itsPlainLoraIsItsWeightChange() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      Optional<PlainLora> plain = at.change.plainLora(root, at.weight, values, at.constants);
      assertThat(plain.isPresent() || at.method.form().written() == AdapterForm.Written.OWN)
          .as("whether %s, if it is saved as plain LoRA, has that form", name())
          .isTrue();
      assumeTrue(plain.isPresent(), "it has no form as plain LoRA");
      double[] product = plain.get().b().matMul(plain.get().a()).toDoubleArray();
      assertThat(Engine.relativeDistance(product, at.weightChange(values).toDoubleArray()))
          .as("distance of B A of the plain LoRA of %s from its weight change", name())
          .isLessThan(1e-10);
    }
  }

  @Test
  void whatItSavesComputesTheSame() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<AdapterArray> trained = at.arrays(at.randomValues(1));
      List<AdapterArray> saved = at.method.form().saved(SITE, trained);
      assertArrays(
          SITE, saved.stream().map(AdapterArray::parameter).toList(), at.method.parameters(MODULE));
      double[] expected = at.run(at.values(trained), 1, NO_DROPOUT);
      assertThat(Engine.relativeDistance(at.run(at.values(saved), 1, NO_DROPOUT), expected))
          .as("distance of what %s computes with the saved arrays from the trained", name())
          .isLessThan(1e-10);
    }
  }

  @Test
  void itsPenaltyCanBeDifferentiatedTwice() {
    assumeTrue(extension().script().hasPenalty(), "it has no penalty");
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      List<NDArray> u = at.randomValues(2);
      double slope =
          (at.penalty(at.moved(values, u, H)) - at.penalty(at.moved(values, u, -H))) / (2 * H);
      assertThat(Engine.dot(at.penaltyGradient(values), flat(u)))
          .as("slope of the penalty of %s by its gradient, and by differences", name())
          .isCloseTo(slope, withinPercentage(0.01));
      double[] differences =
          Engine.plus(
              at.penaltyGradient(at.moved(values, u, H)),
              -1,
              at.penaltyGradient(at.moved(values, u, -H)));
      for (int i = 0; i < differences.length; i++) {
        differences[i] /= 2 * H;
      }
      assertThat(Engine.relativeDistance(at.penaltyProduct(values, u), differences))
          .as("distance of the penalty's second derivative of %s from differences", name())
          .isLessThan(1e-5);
    }
  }

  @Test
  void itsScheduleIsAFunctionOfItsArguments() {
    assumeTrue(extension().schedule().isPresent(), "it does nothing between steps");
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      TrainingSchedule schedule = at.method.schedule().orElseThrow();
      TrainingSchedule another = extension().schedule().orElseThrow();
      ParameterIndex index = at.index();
      NDArray theta = at.array(new Shape(index.size()), 31);
      Known known = schedule.start(root, index.places(), theta);
      long total = 200;
      assertThat(Compatibility.of(schedule::checkCompatibility, total).first())
          .as("why %s cannot take %d steps", name(), total)
          .isEmpty();
      for (long step = 1; step <= total; step++) {
        NDArray gradient = at.array(new Shape(index.size()), 1_000 + step);
        double[] before = theta.toDoubleArray();
        double[] stateBefore = flat(known.arrays());
        Moment now = new Moment(index.places(), step, total, theta, known);
        Turn next = schedule.after(root, now, gradient);
        Turn again = another.after(root, now, gradient);
        NDArray moved = next.theta().orElse(theta);
        assertThat(again.theta().orElse(theta).toDoubleArray())
            .as(
                "theta after step %d of %s, by an instance that goes on from its state",
                step, name())
            .isEqualTo(moved.toDoubleArray());
        assertThat(again.known().numbers())
            .as("numbers after step %d of %s, computed again", step, name())
            .isEqualTo(next.known().numbers());
        assertThat(flat(again.known().arrays()))
            .as("state after step %d of %s, computed again", step, name())
            .isEqualTo(flat(next.known().arrays()));
        assertThat(theta.toDoubleArray())
            .as("theta before step %d of %s; write into no argument", step, name())
            .isEqualTo(before);
        assertThat(flat(known.arrays()))
            .as("state before step %d of %s; write into no argument", step, name())
            .isEqualTo(stateBefore);
        assertThat(next.known().arrays()).as("state of %s", name()).hasSameSizeAs(known.arrays());
        theta = moved;
        known = next.known();
      }
    }
  }

  @Test
  void writesIntoNothingThatItIsGiven() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      List<NDArray> given = new ArrayList<>(List.of(at.x, at.frozen, at.weight, at.bias));
      given.addAll(values);
      given.addAll(at.constants);
      double[] before = flat(given);
      at.run(values, 1, NO_DROPOUT);
      NDArray change = at.weightChange(values);
      at.biasChange(values);
      assertThat(change.getShape()).as("shape of the change of %s", name()).isEqualTo(CHANGED);
      assertThat(flat(given))
          .as("input, output, matrix, bias, parameters and constants after %s was computed", name())
          .isEqualTo(before);
    }
  }

  @Test
  void saysWhatItIsInPeftsWords() {
    assertThat(extension().form().configuration())
        .as("adapter_config.json of %s", name())
        .containsKey("peft_type")
        .isEqualTo(extension().form().configuration());
  }

  @Test
  void takesTheTargetModulesAsAnOption() {
    assumeTrue(isInstalled(), "it is in no bundle");
    assertThat(
            WrittenOptions.keys(
                host().options(AdapterMethod.class, WrittenOptions.use(configuration()))))
        .as("options of %s; a refusal of a module names this one", name())
        .contains(AdapterMethod.TARGET_MODULES);
  }

  @Test
  void readsWhatItHasWrittenWithAnyOptions() {
    assumeTrue(isInstalled(), "it is in no bundle");
    assumeTrue(
        extension().form().written() != AdapterForm.Written.PLAIN_LORA_ALONE,
        "its own form is never read");
    WrittenOptions options =
        new WrittenOptions(
            configuration(),
            host().options(AdapterMethod.class, WrittenOptions.use(configuration())),
            yaml -> extension(AdapterMethod.class, yaml, host().services(SEED)),
            MODULE);
    for (String written : options.others()) {
      assertThat(options.misread(written))
          .as(
              "what the host cannot read of an adapter that %s has trained with %s: what a key of"
                  + " the configuration says has to be an option of that name, or to be the same"
                  + " for all options, or 'reads' takes it",
              name(), written)
          .isEmpty();
    }
  }

  private static double[] flat(List<NDArray> arrays) {
    return arrays.stream().flatMapToDouble(a -> Arrays.stream(a.toDoubleArray())).toArray();
  }

  /** A module with an input, and the adapter's methods compiled. */
  private static final class Setting {

    private final NDManager root;
    private final AdapterMethod method;
    private final AdapterStart start;
    private final TorchScript script;
    private final NDArray x;
    private final NDArray weight;
    private final NDArray bias;
    private final NDArray frozen;
    private final List<NDArray> constants;
    private final Optional<NDArray> kept;
    private final AdapterChange change;

    Setting(NDManager root, AdapterMethod method) {
      this(root, method, CompleteScript.of(method.script()), Optional.empty());
    }

    /** On a matrix of which about two fifths are pruned. */
    static Setting pruned(NDManager root, AdapterMethod method) {
      double[] chances = Engine.random(51, (long) MODULE.outputs() * MODULE.inputs(), 1);
      boolean[] kept = new boolean[chances.length];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = chances[i] > -0.25;
      }
      return masked(root, method, kept);
    }

    static Setting masked(NDManager root, AdapterMethod method, boolean[] kept) {
      NDArray mask = root.create(kept, new Shape(MODULE.outputs(), MODULE.inputs()));
      return new Setting(root, method, CompleteScript.onPruned(method.script()), Optional.of(mask));
    }

    private Setting(NDManager root, AdapterMethod method, String text, Optional<NDArray> kept) {
      this.root = root;
      this.method = method;
      this.kept = kept;
      SmallSetting setting = new SmallSetting(root);
      start = setting.start(method);
      change = new AdapterChange(root, method);
      script = TorchScript.compile(root, text + calls(method, kept.isPresent()));
      x = array(new Shape(ROWS, MODULE.inputs()), 21);
      NDArray whole = SmallSetting.frozen(root, SITE).toType(DataType.FLOAT64, false);
      weight = kept.map(mask -> whole.mul(mask.toType(DataType.FLOAT64, false))).orElse(whole);
      bias = array(new Shape(MODULE.outputs()), 23);
      frozen = x.matMul(weight.transpose()).add(bias);
      List<AdapterArray> given = new ArrayList<>(start.constants().getOrDefault(SITE, List.of()));
      given.addAll(start.shared());
      constants = values(given);
    }

    private static String calls(AdapterMethod method, boolean masked) {
      return CALLS
          + (method.script().hasPenalty() ? PENALTY_CALLS : "")
          + (masked ? PRUNED_CALLS : "");
    }

    private NDArray array(Shape shape, long seed) {
      return NativeArrays.of(root, Engine.random(seed, shape.size(), 1)).reshape(shape);
    }

    List<NDArray> initialValues() {
      return values(start.parameters().get(SITE));
    }

    List<NDArray> values(List<AdapterArray> arrays) {
      return arrays.stream()
          .map(
              a ->
                  NativeArrays.of(root, a.values(), a.parameter().shape())
                      .toType(DataType.FLOAT64, false))
          .toList();
    }

    List<AdapterArray> arrays(List<NDArray> values) {
      List<AdapterParameter> parameters = start.shapes(SITE);
      List<AdapterArray> arrays = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        float[] single = values.get(i).toType(DataType.FLOAT32, false).toFloatArray();
        arrays.add(new AdapterArray(parameters.get(i), single));
      }
      return arrays;
    }

    List<NDArray> randomValues(long seed) {
      List<NDArray> values = new ArrayList<>();
      for (AdapterParameter parameter : start.shapes(SITE)) {
        values.add(array(parameter.shape(), 100 * seed + values.size()));
      }
      return values;
    }

    NDArray product(List<NDArray> factors) {
      return factors.get(1).matMul(factors.get(0));
    }

    /** The index of a theta of two layers with this module. */
    ParameterIndex index() {
      List<Slice> slices = new ArrayList<>();
      long offset = 0;
      for (int layer = 0; layer < 2; layer++) {
        for (AdapterParameter parameter : start.shapes(SITE)) {
          slices.add(
              new Slice(offset, parameter.shape(), new Slice.Adapter(layer, MODULE, parameter)));
          offset += parameter.shape().size();
        }
      }
      return new ParameterIndex(slices);
    }

    List<NDArray> moved(List<NDArray> values, List<NDArray> u, double by) {
      List<NDArray> moved = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        moved.add(values.get(i).add(u.get(i).mul(by)));
      }
      return moved;
    }

    NDArray weightChange(List<NDArray> values) {
      return change.ofMatrix(root, weight, values, constants);
    }

    NDArray maskedChange(List<NDArray> values) {
      return change.ofPruned(root, weight, kept.orElseThrow(), values, constants);
    }

    NDArray biasChange(List<NDArray> values) {
      return change.bias(root, bias, weight, values, constants).orElse(bias).sub(bias);
    }

    double[] run(List<NDArray> values, double gate, long seed) {
      return script
          .call("run", arguments(values, gate).with("seed", seed))
          .singletonOrThrow()
          .toDoubleArray();
    }

    double[] run(List<NDArray> values, double[] gates) {
      return script
          .call("run", arguments(values, NativeArrays.of(root, gates)).with("seed", NO_DROPOUT))
          .singletonOrThrow()
          .toDoubleArray();
    }

    NDArray merged(List<NDArray> values, double gate) {
      return script.call("merging", arguments(values, gate)).singletonOrThrow();
    }

    double squares(List<NDArray> values) {
      double[] output = run(values, 1, NO_DROPOUT);
      return Engine.dot(output, output);
    }

    double[] gradient(List<NDArray> values) {
      NDList found = script.call("gradient", arguments(values, 1));
      return flat(found);
    }

    double[] product(List<NDArray> values, List<NDArray> u) {
      return flat(script.call("product", arguments(values, 1).with("u", u)));
    }

    double penalty(List<NDArray> values) {
      Arguments arguments = new Arguments(root).with("p", values);
      return script.call("penalty_of", arguments).singletonOrThrow().getDouble();
    }

    double[] penaltyGradient(List<NDArray> values) {
      return flat(script.call("penalty_slope", new Arguments(root).with("p", values)));
    }

    double[] penaltyProduct(List<NDArray> values, List<NDArray> u) {
      return flat(
          script.call("penalty_product", new Arguments(root).with("p", values).with("u", u)));
    }

    private Arguments arguments(List<NDArray> values, double gate) {
      return arguments(values, NativeArrays.of(root, new double[] {gate}, new Shape()));
    }

    private Arguments arguments(List<NDArray> values, NDArray gate) {
      // The engine passes no empty list, so the methods drop the first.
      List<NDArray> given = new ArrayList<>(List.of(weight));
      given.addAll(constants);
      kept.ifPresent(given::add);
      return new Arguments(root)
          .with("x", x)
          .with("y", frozen)
          .with("weight", weight)
          .with("p", values)
          .with("c", given)
          .with("gate", gate);
    }
  }

  /** A model of two layers with two modules each. */
  private static final class SmallSetting implements AdapterInitialisation.Setting {

    private static final List<AdapterSite> SITES =
        List.of(
            SITE, new AdapterSite(0, OTHER), new AdapterSite(1, MODULE), new AdapterSite(1, OTHER));

    private static final int TOKENS = 20;

    private final NDManager root;
    private Set<AdapterInitialisation.Need> needs = Set.of();

    SmallSetting(NDManager root) {
      this.root = root;
    }

    AdapterStart start(AdapterMethod method) {
      needs = method.initialisation().map(AdapterInitialisation::needs).orElse(Set.of());
      return method.initialisation().map(i -> i.start(this)).orElseGet(() -> drawn(method));
    }

    private void requireNamed(AdapterInitialisation.Need need) {
      assertThat(needs)
          .as("what the initialisation needs of the model, which it uses")
          .contains(need);
    }

    private AdapterStart drawn(AdapterMethod method) {
      return AdapterStart.of(
          SITES,
          site ->
              method.parameters(site.module()).stream()
                  .map(
                      p ->
                          new AdapterArray(
                              p, method.initialValues(site.module(), p, random(site, p))))
                  .toList());
    }

    @Override
    public List<AdapterSite> sites() {
      return SITES;
    }

    @Override
    public SplittableRandom random(AdapterSite site, AdapterParameter parameter) {
      return new Seeds(SEED).stream(site.path(), parameter.name());
    }

    @Override
    public SplittableRandom random(String name) {
      return new Seeds(SEED).stream(name);
    }

    @Override
    public NDManager manager() {
      return root;
    }

    @Override
    public NDArray weight(NDManager scope, AdapterSite site) {
      requireNamed(AdapterInitialisation.Need.WEIGHTS);
      return frozen(scope, site);
    }

    static NDArray frozen(NDManager scope, AdapterSite site) {
      return matrix(scope, site, 22);
    }

    @Override
    public NDArray weightGradient(NDManager scope, AdapterSite site) {
      return matrix(scope, site, 24).toType(DataType.FLOAT64, false);
    }

    /** Three batches, each of as many tokens for all sites. */
    @Override
    public void activations(CountedTokens tokens, ActivationVisitor visitor) {
      requireNamed(AdapterInitialisation.Need.ACTIVATIONS);
      for (int batch = 0; batch < 3; batch++) {
        for (AdapterSite site : SITES) {
          try (NDManager scope = root.newSubManager()) {
            long seed = 400 + 10L * SITES.indexOf(site) + batch;
            Shape shape = new Shape(TOKENS, site.module().inputs());
            double[] values = Engine.random(seed, shape.size(), 1);
            visitor.visit(scope, site, NativeArrays.of(scope, values, shape));
          }
        }
      }
    }

    private static NDArray matrix(NDManager scope, AdapterSite site, long seed) {
      ModuleShape module = site.module();
      Shape shape = new Shape(module.outputs(), module.inputs());
      double[] values = Engine.random(seed + 100L * SITES.indexOf(site), shape.size(), 1);
      float[] single = new float[values.length];
      for (int i = 0; i < single.length; i++) {
        single[i] = (float) values[i];
      }
      return NativeArrays.of(scope, single, shape);
    }
  }
}
