package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.model.FrozenMatrices;
import io.flexora.api.model.LayerwiseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.layer.Ranking;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.OwsOptions.Choice;
import io.flexora.testkit.fixture.ForwardingContext;
import io.flexora.testkit.fixture.SelectionOnProblem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwsSelectorTest {

  private static final int WIDTH = 16;
  private static final int LAYERS = 4;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** A layer whose number is in the list has so many outliers among 256 equal numbers. */
  private final class Planted extends ForwardingContext implements FrozenMatrices, LayerwiseModel {

    private final SelectionOnProblem context;
    private final List<Integer> outliers;
    private final double weights;
    private final double inputs;

    Planted(SelectionOnProblem context, List<Integer> outliers, double weights, double inputs) {
      super(context);
      this.context = context;
      this.outliers = outliers;
      this.weights = weights;
      this.inputs = inputs;
    }

    @Override
    public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
      return Optional.of(ability.cast(this));
    }

    @Override
    public NDArray weight(NDManager scope, int layer, String module) {
      float[] values = new float[WIDTH * WIDTH];
      for (int i = 0; i < values.length; i++) {
        double sign = i % 3 == 0 ? -1 : 1;
        values[i] = (float) (sign * weights * (i < outliers.get(layer) ? 50 : 1));
      }
      return scope.create(values).reshape(WIDTH, WIDTH);
    }

    @Override
    public boolean hasBias(int layer, String module) {
      return false;
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
      return context.layer(
          scope,
          before,
          layer,
          matrices,
          (visited, site, rows) -> visitor.visit(visited, site, rows.onesLike().mul(inputs)));
    }
  }

  private Selection select(List<Integer> outliers, double weights, double inputs, Choice choice) {
    SelectionOnProblem context = SelectionOnProblem.of(manager, LAYERS, List.of(1));
    return new OwsSelector(new OwsOptions("2", 13, choice, 8), new Seeds(1))
        .select(new Planted(context, outliers, weights, inputs));
  }

  @Test
  void sharesAreThoseOfTheOutliers() {
    Selection found = select(List.of(1, 4, 0, 3), 1, 1, Choice.HIGHEST);

    assertThat(found.scores().get("ows")).containsExactly(1 / 8.0, 4 / 8.0, 0.0, 3 / 8.0);
    assertThat(found.layers()).containsExactly(1, 3);
    assertThat(select(List.of(1, 4, 0, 3), 7, 0.3, Choice.HIGHEST)).isEqualTo(found);
  }

  @Test
  void withoutOutliersThereIsNoHighest() {
    List<Integer> none = List.of(0, 0, 0, 0);
    assertThat(select(none, 1, 1, Choice.DRAWN).scores().get("ows")).containsOnly(0.25);
    assertThatThrownBy(() -> select(none, 1, 1, Choice.HIGHEST))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("as many outliers in each layer above outlier_ratio: 13.0");
  }

  /**
   * Two of three layers with 1/2, 1/3 and 1/6: layer 0 is among them with 1/2 + 1/3 * 3/4 + 1/6 *
   * 3/5 = 0.85, layer 2 with 1/6 + 1/2 * 1/3 + 1/3 * 1/4 = 0.41667.
   */
  @Test
  void drawsOneAfterTheOtherWithoutReplacement() {
    SplittableRandom random = new SplittableRandom(5);
    int draws = 40_000;
    int first = 0;
    int last = 0;
    for (int i = 0; i < draws; i++) {
      List<Integer> two =
          Ranking.highest(OwsSelector.drawn(List.of(1 / 2.0, 1 / 3.0, 1 / 6.0), random), 2);
      first += two.contains(0) ? 1 : 0;
      last += two.contains(2) ? 1 : 0;
    }
    // Four standard deviations.
    assertThat((double) first / draws).isCloseTo(0.85, within(0.0072));
    assertThat((double) last / draws).isCloseTo(5 / 12.0, within(0.0099));
  }

  @Test
  void layersWithoutOutliersAreDrawnLast() {
    SplittableRandom random = new SplittableRandom(5);
    List<Double> probabilities = List.of(0.0, 1e-12, 0.0, 1 - 1e-12);
    int first = 0;
    for (int i = 0; i < 1000; i++) {
      List<Integer> three = Ranking.highest(OwsSelector.drawn(probabilities, random), 3);
      assertThat(three).contains(1, 3);
      first += three.contains(0) ? 1 : 0;
    }
    assertThat(first).isBetween(437, 563);
  }
}
