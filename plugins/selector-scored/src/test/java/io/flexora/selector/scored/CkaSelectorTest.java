package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.KernelAlignment;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.results.benchmark.BenchmarkedResult;
import io.flexora.results.benchmark.BenchmarkedSetting.ModelKind;
import io.flexora.selector.scored.CkaOptions.Change;
import io.flexora.selector.scored.CkaOptions.Position;
import io.flexora.selector.scored.measure.Calibration;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CkaSelectorTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SelectionOnProblem context = SelectionOnProblem.of(manager, 3, List.of(1));

  @AfterEach
  void close() {
    manager.close();
  }

  /** The default differs between the kinds of models, and so does what the layers are worth. */
  @Test
  void everyMeasurementSaysWhatStoodForAnExample() {
    assertThat(BenchmarkedResult.of(CkaSelector.class, "cka"))
        .isNotEmpty()
        .allSatisfy(
            measured ->
                assertThat(measured.options())
                    .containsEntry(
                        "position",
                        measured.setting().model() == ModelKind.DECODER ? "last|default" : "mean"));
  }

  /** Layer 0 changes the states, and the others nothing. */
  private class Layers extends ForwardingContext implements LayerwiseModel {

    Layers() {
      super(context);
    }

    /** None of an earlier choice. */
    @Override
    public Checkpoints checkpoints() {
      return new MemoryCheckpoints();
    }

    @Override
    public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
      return Optional.of(ability.cast(this));
    }

    @Override
    public States embedded(NDManager scope, List<Tokens> examples) {
      return context.embedded(scope, examples);
    }

    @Override
    public States layer(
        NDManager scope,
        States before,
        int layer,
        Map<String, NDArray> matrices,
        ActivationVisitor visitor) {
      return layer == 0
          ? context.layer(scope, before, layer, matrices, visitor)
          : copied(scope, before);
    }

    final States copied(NDManager scope, States states) {
      NDArray copy = states.rows().get(0).duplicate();
      copy.attach(scope);
      return () -> List.of(copy);
    }
  }

  private static List<Double> scores(SelectionContext context, Change change) {
    return select(context, change).scores().get("cka");
  }

  private static Selection select(SelectionContext context, Change change) {
    return select(context, change, Optional.of(Position.LAST));
  }

  private static Selection select(
      SelectionContext context, Change change, Optional<Position> position) {
    return new CkaSelector(new CkaOptions("1", change, 32, position), new Seeds(1)).select(context);
  }

  @Test
  void aLayerThatChangesNothingScoresNothing() {
    SelectionContext layers = new Layers();
    for (Change change : Change.values()) {
      assertThat(scores(layers, change).get(1)).isCloseTo(0, within(1e-7));
      assertThat(scores(layers, change).get(0)).isGreaterThan(0.02);
      assertThat(scores(layers, change).get(2)).isCloseTo(0, within(1e-7));
      assertThat(select(layers, change).layers()).containsExactly(0);
    }
  }

  @Test
  void anExampleIsItsFirstTokenOrItsLastOrTheMeanOfAll() {
    NDArray rows = manager.create(new float[] {1, 2, 3, 4, 5, 9}, new Shape(3, 2));

    assertThat(Position.FIRST.of(rows).toFloatArray()).containsExactly(1, 2);
    assertThat(Position.LAST.of(rows).toFloatArray()).containsExactly(5, 9);
    assertThat(Position.MEAN.of(rows).toFloatArray()).containsExactly(3, 5);
  }

  /** Of states of a single unit, CKA is their squared correlation. */
  @Test
  void scoresTheStateThatStandsForAnExample() {
    assertScores(Position.FIRST, 0, 16 / 25.0, 0);
    assertScores(Position.LAST, 1, 0, 0);
    // In these columns (1, 1, 0) becomes (1, 0, 1), and that (3, 0, 5).
    assertScores(Position.MEAN, 3 / 4.0, 1 / 17.0, 0);
  }

  private void assertScores(Position position, double... expected) {
    List<Double> found =
        select(new TwoTokens(), Change.BIASED, Optional.of(position)).scores().get("cka");
    assertThat(found.stream().mapToDouble(score -> score).toArray())
        .as("%s", position)
        .containsExactly(expected, within(1e-12));
  }

  /**
   * Eight examples of two tokens, whose states are sums of three columns that are not correlated.
   */
  private final class TwoTokens extends Layers {

    private int example;

    @Override
    public List<Tokens> trainingExamples() {
      return super.trainingExamples().subList(0, 8);
    }

    @Override
    public States embedded(NDManager scope, List<Tokens> examples) {
      example = examples.get(0).ids()[0];
      return states(scope, column(0), column(1));
    }

    @Override
    public States layer(
        NDManager scope,
        States before,
        int layer,
        Map<String, NDArray> matrices,
        ActivationVisitor visitor) {
      double first = layer == 0 ? column(0) : 3 * column(0) + 4 * column(2);
      return states(scope, first, column(2));
    }

    private int column(int number) {
      return ((example >> number) & 1) == 0 ? 1 : -1;
    }

    private States states(NDManager scope, double first, double second) {
      NDArray rows = NativeArrays.of(scope, new double[] {first, second}, new Shape(2, 1));
      return () -> List.of(rows);
    }
  }

  @Test
  void whatIsNotSaidIsAsPublishedForTheKindOfModel() {
    CkaOptions options = new CkaOptions("1", Change.DEBIASED, 32, Optional.empty());

    assertThat(options.position(shape("CAUSAL_LM"))).isEqualTo(Position.LAST);
    assertThat(options.position(shape("SEQ_CLS"))).isEqualTo(Position.FIRST);
    CkaOptions mean = new CkaOptions("1", Change.DEBIASED, 32, Optional.of(Position.MEAN));
    assertThat(mean.position(shape("CAUSAL_LM"))).isEqualTo(Position.MEAN);
  }

  private static ModelShape shape(String taskType) {
    return new ModelShape(
        "any", 3, 16, 8, List.of(), List.of(), 0, "float32", 0, taskType, 0, "any");
  }

  /** Each text begins with the same token, whose state is telling from layer 1 on alone. */
  @Test
  void layerZeroOfAnEncoderIsGivenTheSameFirstTokenAndLeftOut() {
    SelectionContext encoder = new WithFirstToken();
    Selection found = select(encoder, Change.DEBIASED, Optional.empty());

    assertThat(found.scores().get("cka").get(0)).isZero();
    assertThat(found.scores().get("cka").subList(1, 3)).allMatch(score -> score > 0.02);
    assertThat(found.layers()).doesNotContain(0);
    assertThat(scores(encoder, Change.DEBIASED).get(0)).isGreaterThan(0.02);
  }

  /** Puts a token in front of each example; a layer mixes the tokens. */
  private final class WithFirstToken extends Layers {

    @Override
    public States embedded(NDManager scope, List<Tokens> examples) {
      NDArray own = super.embedded(scope, examples).rows().get(0);
      return states(scope, own.onesLike().concat(own, 0));
    }

    @Override
    public States layer(
        NDManager scope,
        States before,
        int layer,
        Map<String, NDArray> matrices,
        ActivationVisitor visitor) {
      NDArray rows = before.rows().get(0);
      return states(scope, rows.add(rows.mean(new int[] {0}, true)).mul(3).sin());
    }

    private States states(NDManager scope, NDArray rows) {
      rows.attach(scope);
      return () -> List.of(rows);
    }
  }

  /** The published code ranks such a layer first, as 1 - 0. */
  @Test
  void aLayerThatIsGivenTheSameInAllExamplesIsLeftOut() {
    SelectionContext same = new SameUpTo(1);
    for (Change change : List.of(Change.DEBIASED, Change.BIASED)) {
      assertThat(scores(same, change).subList(0, 2)).containsExactly(0.0, 0.0);
      assertThat(scores(same, change).get(2)).isGreaterThan(0.02);
      assertThat(select(same, change).layers()).containsExactly(2);
    }
    assertThatThrownBy(() -> select(new SameUpTo(3), Change.DEBIASED))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("what enters a layer is the same in all 32 examples");
  }

  /** The states that enter layer 0 are the same in all examples. */
  private class SameBelow extends Layers {

    private List<Tokens> examples = List.of();

    @Override
    public States embedded(NDManager scope, List<Tokens> now) {
      examples = now;
      return super.embedded(scope, trainingExamples().subList(0, now.size()));
    }

    /** States that differ from example to example. */
    States toldApart(NDManager scope) {
      return super.embedded(scope, examples);
    }
  }

  /** The states are the same in all examples up to a layer, which tells the examples apart. */
  private final class SameUpTo extends SameBelow {

    private final int telling;

    SameUpTo(int telling) {
      this.telling = telling;
    }

    @Override
    public States layer(
        NDManager scope,
        States before,
        int layer,
        Map<String, NDArray> matrices,
        ActivationVisitor visitor) {
      if (layer < telling) {
        return copied(scope, before);
      }
      return layer == telling
          ? toldApart(scope)
          : context.layer(scope, before, layer, matrices, visitor);
    }
  }

  @Test
  void whatIsLeftOutComesAfterWhatChangesNothing() {
    for (Change change : List.of(Change.DEBIASED, Change.BIASED)) {
      Selection found = select(new ToldApartByLayerZero(), change);

      assertThat(found.scores().get("cka").get(0)).isZero();
      assertThat(found.scores().get("cka").subList(1, 3)).allMatch(s -> s > 0 && s < 1e-15);
      assertThat(found.layers()).containsExactly(1);
    }
  }

  /** What enters layer 0 is the same in all examples; the layers above it change nothing. */
  private final class ToldApartByLayerZero extends SameBelow {

    @Override
    public States layer(
        NDManager scope,
        States before,
        int layer,
        Map<String, NDArray> matrices,
        ActivationVisitor visitor) {
      return layer == 0 ? toldApart(scope) : copied(scope, before);
    }
  }

  /** As published: 1 - 0 / 1e-12. */
  @Test
  void aLayerThatMakesTheSameOfAllExamplesScoresOne() {
    SelectionContext layers =
        new Layers() {
          @Override
          public States layer(
              NDManager scope,
              States before,
              int layer,
              Map<String, NDArray> matrices,
              ActivationVisitor visitor) {
            return embedded(scope, trainingExamples().subList(0, 1));
          }
        };
    for (Change change : List.of(Change.DEBIASED, Change.BIASED)) {
      assertThat(scores(layers, change)).containsExactly(1.0, 0.0, 0.0);
      assertThat(select(layers, change).layers()).containsExactly(0);
    }
  }

  /** Shifts by a number are exact in these states, and CKA does not see them. */
  @Test
  void aMeanFarFromZeroCostsNoDigits() {
    for (double shift : new double[] {30, 300}) {
      Shifted layers = new Shifted(shift);
      List<Double> debiased = scores(layers, Change.DEBIASED);
      List<Double> biased = scores(layers, Change.BIASED);
      for (int layer = 0; layer < 3; layer++) {
        double[][] before = layers.products(layer);
        double[][] after = layers.products(layer + 1);
        assertThat(debiased.get(layer))
            .as("debiased, shifted by %s", shift)
            .isCloseTo(1 - KernelAlignment.debiased(before, after).orElseThrow(), within(1e-12));
        assertThat(biased.get(layer))
            .as("biased, shifted by %s", shift)
            .isCloseTo(1 - KernelAlignment.biased(before, after).orElseThrow(), within(1e-12));
      }
    }
  }

  /** Sixteen examples, to whose states each layer adds noise, far from 0. */
  private final class Shifted extends Layers {

    private static final int EXAMPLES = 16;
    private static final int HIDDEN = 32;

    private final double shift;
    private int example;

    Shifted(double shift) {
      this.shift = shift;
    }

    @Override
    public List<Tokens> trainingExamples() {
      return super.trainingExamples().subList(0, EXAMPLES);
    }

    @Override
    public States embedded(NDManager scope, List<Tokens> examples) {
      example = examples.get(0).ids()[0];
      return states(scope, 0);
    }

    @Override
    public States layer(
        NDManager scope,
        States before,
        int layer,
        Map<String, NDArray> matrices,
        ActivationVisitor visitor) {
      return states(scope, layer + 1);
    }

    private States states(NDManager scope, int place) {
      double[] row = Arrays.stream(row(example, place)).map(x -> x + shift).toArray();
      NDArray rows = NativeArrays.of(scope, row, new Shape(1, HIDDEN));
      return () -> List.of(rows);
    }

    /** Without the shift; of 16 binary digits behind the point at most. */
    private double[] row(int of, int place) {
      double[] sum = new double[HIDDEN];
      for (int noise = 0; noise <= place; noise++) {
        Random random = new Random(100L * noise + of);
        Arrays.setAll(sum, i -> sum[i] + (random.nextInt(1 << 17) - (1 << 16)) * 0x1p-16);
      }
      return sum;
    }

    /** Those of the states without the shift. */
    double[][] products(int place) {
      double[][] rows =
          IntStream.range(0, EXAMPLES).mapToObj(e -> row(e, place)).toArray(double[][]::new);
      double[][] products = new double[EXAMPLES][EXAMPLES];
      for (int a = 0; a < EXAMPLES; a++) {
        for (int b = 0; b < EXAMPLES; b++) {
          for (int i = 0; i < HIDDEN; i++) {
            products[a][b] += rows[a][i] * rows[b][i];
          }
        }
      }
      return products;
    }
  }

  /** As in hidden-change; of the other seven examples each layer leaves the states as they are. */
  @Test
  void theAngleOfAZeroStateIsARightOne() {
    SelectionContext layers =
        new Layers() {
          @Override
          public List<Tokens> trainingExamples() {
            return super.trainingExamples().subList(0, 8);
          }

          @Override
          public States embedded(NDManager scope, List<Tokens> examples) {
            return along(scope, examples.get(0).ids()[0] == 0 ? 0 : 1);
          }

          @Override
          public States layer(
              NDManager scope,
              States before,
              int layer,
              Map<String, NDArray> matrices,
              ActivationVisitor visitor) {
            return along(scope, 1);
          }

          private States along(NDManager scope, double length) {
            NDArray rows = NativeArrays.of(scope, new double[] {length, 0}, new Shape(1, 2));
            return () -> List.of(rows);
          }
        };

    assertThat(scores(layers, Change.ANGULAR).stream().mapToDouble(score -> score).toArray())
        .containsExactly(new double[] {0.5 / 8, 0, 0}, within(1e-15));
  }

  @Test
  void statesThatAreNoNumbersAreRefused() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      SelectionContext broken =
          new Layers() {
            @Override
            public States layer(
                NDManager scope,
                States before,
                int layer,
                Map<String, NDArray> matrices,
                ActivationVisitor visitor) {
              NDArray rows = copied(scope, before).rows().get(0).mul(layer == 1 ? value : 1);
              return () -> List.of(rows);
            }
          };
      for (Change change : Change.values()) {
        assertThatThrownBy(() -> select(broken, change))
            .as("%s, %s", value, change)
            .isInstanceOf(FlexoraException.class)
            .hasMessageContaining("selector cka finds hidden states that are no numbers");
      }
    }
  }

  @Test
  void eachChangeNeedsAsManyExamplesAsItsFormula() {
    assertTooFew(Change.DEBIASED, 3, 4);
    assertTooFew(Change.BIASED, 1, 2);
    assertTooFew(Change.ANGULAR, 0, 1);
    assertThat(select(few(4), Change.DEBIASED).layers()).containsExactly(0);
    assertThat(select(few(3), Change.BIASED).layers()).containsExactly(0);
    assertThat(select(few(1), Change.ANGULAR).layers()).containsExactly(0);
  }

  private void assertTooFew(Change change, int examples, int needed) {
    assertThatThrownBy(() -> new CkaOptions("1", change, examples, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("examples: %d is too few for change: ", examples)
        .hasMessageContaining("write examples: %d or more", needed);
    assertThat(new CkaOptions("1", change, needed, Optional.empty()).examples()).isEqualTo(needed);
    assertThatThrownBy(() -> select(few(examples), change))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(
            "selector cka needs at least %d training examples, but there are %d", needed, examples);
  }

  private SelectionContext few(int examples) {
    return new Layers() {
      @Override
      public List<Tokens> trainingExamples() {
        return super.trainingExamples().subList(0, examples);
      }
    };
  }

  @Test
  void noExampleIsLookedAtTwice() {
    Calibration drawn = Calibration.draw("cka", context, new Seeds(1), 1000, 4);
    assertThat(drawn.examples())
        .extracting(tokens -> tokens.example().id())
        .hasSameSizeAs(context.trainingExamples())
        .doesNotHaveDuplicates();
  }
}
