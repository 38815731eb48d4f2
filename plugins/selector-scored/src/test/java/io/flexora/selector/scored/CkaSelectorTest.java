package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.model.LayerwiseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.CkaOptions.Change;
import io.flexora.selector.scored.CkaOptions.Position;
import io.flexora.testkit.fixture.ForwardingContext;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.SelectionOnProblem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CkaSelectorTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SelectionOnProblem context = SelectionOnProblem.of(manager, 3, List.of(1));

  @AfterEach
  void close() {
    manager.close();
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

  /** The states are the same in all examples up to a layer, which tells the examples apart. */
  private final class SameUpTo extends Layers {

    private final int telling;
    private List<Tokens> examples = List.of();

    SameUpTo(int telling) {
      this.telling = telling;
    }

    @Override
    public States embedded(NDManager scope, List<Tokens> now) {
      examples = now;
      return super.embedded(scope, trainingExamples().subList(0, now.size()));
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
          ? super.embedded(scope, examples)
          : context.layer(scope, before, layer, matrices, visitor);
    }
  }

  @Test
  void fewExamplesAreRefused() {
    SelectionContext few =
        new ForwardingContext(context) {
          @Override
          public List<Tokens> trainingExamples() {
            return context.trainingExamples().subList(0, 3);
          }
        };
    assertThatThrownBy(() -> select(few, Change.DEBIASED))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector cka needs at least 4 training examples, but there are 3");
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
