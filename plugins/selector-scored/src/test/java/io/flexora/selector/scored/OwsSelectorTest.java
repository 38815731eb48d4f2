package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.OwsOptions.LayerChoice;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.Schedules;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static class Planted extends ForwardingContext implements FrozenMatrices, LayerwiseModel {

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
          (visited, site, rows) -> visitor.visit(visited, site, inputs(rows, layer)));
    }

    /** What stands for the inputs of a layer's module. */
    NDArray inputs(NDArray rows, int layer) {
      return rows.onesLike().mul(inputs);
    }
  }

  /** All weights are equal, and as many inputs of a layer as its number in the list are 100. */
  private static final class LongInputs extends Planted {

    private final List<Integer> columns;

    LongInputs(SelectionOnProblem context, List<Integer> columns) {
      super(context, List.of(0, 0, 0, 0), 1, 1);
      this.columns = columns;
    }

    @Override
    NDArray inputs(NDArray rows, int layer) {
      double[] values = new double[(int) rows.size()];
      Arrays.setAll(values, i -> i % WIDTH < columns.get(layer) ? 100 : 1);
      return NativeArrays.of(rows.getManager(), values, rows.getShape());
    }
  }

  private SelectionOnProblem context() {
    return SelectionOnProblem.of(manager, LAYERS, List.of(1));
  }

  private Selection select(
      List<Integer> outliers, double weights, double inputs, LayerChoice choice) {
    return select(new Planted(context(), outliers, weights, inputs), "2", choice);
  }

  private static Selection select(Planted layers, String count, LayerChoice choice) {
    return new OwsSelector(options(count, 13, choice), new Seeds(1)).select(layers);
  }

  private static OwsOptions options(String layers, double ratio, LayerChoice choice) {
    return new OwsOptions(layers, ratio, choice, Optional.empty(), 8);
  }

  @Test
  void sharesAreThoseOfTheOutliers() {
    Selection found = select(List.of(1, 4, 0, 3), 1, 1, LayerChoice.HIGHEST);

    assertThat(found.scores().get("ows")).containsExactly(1 / 8.0, 4 / 8.0, 0.0, 3 / 8.0);
    assertThat(found.layers()).containsExactly(1, 3);
    assertThat(select(List.of(1, 4, 0, 3), 7, 0.3, LayerChoice.HIGHEST)).isEqualTo(found);
  }

  /** Above 5 times a mean of (100 k + 16 - k) / 16, where all weights of k inputs are. */
  @Test
  void aWeightCountsByTheLengthOfItsInput() {
    Selection found =
        new OwsSelector(options("2", 5, LayerChoice.HIGHEST), new Seeds(1))
            .select(new LongInputs(context(), List.of(1, 2, 0, 3)));

    assertThat(found.scores().get("ows")).containsExactly(1 / 6.0, 2 / 6.0, 0.0, 3 / 6.0);
    assertThat(found.layers()).containsExactly(1, 3);
  }

  /** Above a mean that is no number there is no outlier, as if the layer had none. */
  @Test
  void aLayerWhoseNumbersAreNoneIsRefusedByItsNumber() {
    for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Planted broken =
          new Planted(context(), List.of(1, 8, 4, 2), 1, 1) {
            @Override
            NDArray inputs(NDArray rows, int layer) {
              return rows.onesLike().mul(layer == 1 ? number : 1);
            }
          };
      assertThatThrownBy(() -> select(broken, "1", LayerChoice.HIGHEST))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(
              "selector ows finds weights or inputs of layer 1 that are no numbers; compute in"
                  + " another type, such as compute_dtype: float32");
      assertThatThrownBy(() -> select(List.of(1, 8, 4, 2), number, 1, LayerChoice.HIGHEST))
          .hasMessageContaining("layer 0 that are no numbers");
    }
  }

  @Test
  void asManyLayersAsThereAreAreAll() {
    for (LayerChoice choice : LayerChoice.values()) {
      assertThat(
              new OwsSelector(options("4", 13, choice), new Seeds(1))
                  .select(new Planted(context(), List.of(1, 4, 0, 3), 1, 1))
                  .layers())
          .containsExactly(0, 1, 2, 3);
    }
  }

  /** Equal numbers, of which none is an outlier, and as many outliers in each layer. */
  @Test
  void ofEqualSharesTheLowerLayersAreKeptAndANoticeSaysSo() {
    for (int outliers : new int[] {0, 3}) {
      SelectionOnProblem context = context();
      Selection found = select(context, equal(outliers), "2", LayerChoice.HIGHEST);

      assertThat(found.scores().get("ows")).containsOnly(0.25);
      assertThat(found.layers()).containsExactly(0, 1);
      assertThat(notices(context))
          .singleElement()
          .asString()
          .isEqualTo(
              "Selector ows finds as many outliers in each layer above outlier_ratio: 13.0, so it"
                  + " keeps the lowest layers; another outlier_ratio, such as 5, may tell the"
                  + " layers apart.");
    }
  }

  @Test
  void equalSharesAreDrawnWithTheSameProbabilityAndANoticeSaysSo() {
    SelectionOnProblem context = context();
    Selection found = select(context, equal(0), "2", LayerChoice.DRAWN);

    assertThat(found.scores().get("ows")).containsOnly(0.25);
    assertThat(found.layers()).hasSize(2);
    assertThat(notices(context))
        .singleElement()
        .asString()
        .contains("so it draws all with the same probability");
  }

  @Test
  void whereNothingIsChosenByEqualSharesThereIsNoNotice() {
    for (LayerChoice choice : List.of(LayerChoice.HIGHEST, LayerChoice.DRAWN)) {
      for (int count : new int[] {0, LAYERS}) {
        SelectionOnProblem context = context();
        Selection found = select(context, equal(0), Integer.toString(count), choice);
        assertThat(found.layers()).hasSize(count);
        assertThat(notices(context)).isEmpty();
      }
    }
    SelectionOnProblem unequal = context();
    select(unequal, List.of(1, 1, 1, 2), "2", LayerChoice.HIGHEST);
    assertThat(notices(unequal)).isEmpty();
  }

  private static List<Integer> equal(int outliers) {
    return Collections.nCopies(LAYERS, outliers);
  }

  private static Selection select(
      SelectionOnProblem context, List<Integer> outliers, String count, LayerChoice choice) {
    return select(new Planted(context, outliers, 1, 1), count, choice);
  }

  private static List<String> notices(SelectionOnProblem context) {
    return ((RecordingMonitor) context.monitor()).notices();
  }

  @Test
  void redrawnLayersAreAllAdaptedAndAFewTrainedAtATime() {
    OwsSelector selector = redrawn("2", Optional.of(5));
    Selection found = selector.select(new Planted(context(), List.of(1, 4, 0, 3), 1, 1));

    assertThat(found.layers()).containsExactly(0, 1, 2, 3);
    assertThat(selector.chosenLayers(context())).hasValue(4);
    List<Double> shares = found.scores().get("share_of_steps");
    TrainingSchedule schedule = selector.schedule(found).orElseThrow();
    int[] trained = new int[LAYERS];
    int draws = 4000;
    for (long step = 0; step < 5L * draws; step++) {
      List<Integer> active = Schedules.layers(schedule, step);
      assertThat(active).hasSize(2).isEqualTo(Schedules.layers(schedule, step - step % 5));
      active.forEach(layer -> trained[layer]++);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      // Four standard deviations.
      assertThat(trained[layer] / (5.0 * draws))
          .isCloseTo(shares.get(layer), within(2 / Math.sqrt(draws)));
    }
    assertThat(trained[2]).isZero();
  }

  @Test
  void redrawingAllLayersTrainsAllInAllSteps() {
    OwsSelector selector = redrawn("4", Optional.empty());
    Selection found = selector.select(new Planted(context(), List.of(1, 4, 0, 3), 1, 1));
    TrainingSchedule schedule = selector.schedule(found).orElseThrow();

    assertThat(found.scores().get("share_of_steps")).containsOnly(1.0);
    for (long step = 0; step < 300; step++) {
      assertThat(Schedules.layers(schedule, step)).isEqualTo(found.layers());
    }
  }

  @Test
  void redrawnAsManyAsTheOthersChoose() {
    SelectionOnProblem three = SelectionOnProblem.of(manager, LAYERS, List.of(0, 1, 3));
    OwsSelector selector = redrawn("same", Optional.empty());
    Selection found = selector.select(new Planted(three, List.of(1, 4, 0, 3), 1, 1));
    TrainingSchedule schedule = selector.schedule(found).orElseThrow();

    // By default every 50 steps: the three layers with outliers each time.
    for (long step = 0; step < 200; step++) {
      assertThat(Schedules.layers(schedule, step)).containsExactly(0, 1, 3);
    }
  }

  @Test
  void anIntervalWithoutRedrawingAndNoLayerAtATimeAreRefused() {
    assertThatThrownBy(() -> new OwsOptions("2", 13, LayerChoice.DRAWN, Optional.of(5), 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("choice: redrawn");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    redrawn("0", Optional.empty())::checkCompatibility, context()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("layers: 1 to 4");
  }

  private static OwsSelector redrawn(String layers, Optional<Integer> interval) {
    return new OwsSelector(
        new OwsOptions(layers, 13, LayerChoice.REDRAWN, interval, 8), new Seeds(1));
  }
}
