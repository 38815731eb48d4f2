package com.example.largestgradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LargestGradientSelectorTest {

  private static final int LAYERS = 5;
  private static final double STEP = 1e-4;

  private NDManager manager;
  private SelectionOnProblem context;

  @BeforeEach
  void open() {
    manager = TorchEngine.start().newManager(Device.cpu());
    context = SelectionOnProblem.of(manager, LAYERS, List.of(0, 3));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void scoresAreTheNormsOfTheLossesFiniteDifferences() {
    List<Double> scores = select(2, 1).scores().get("gradient_norm");

    assertThat(scores).hasSize(LAYERS);
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(scores.get(layer)).isCloseTo(normByDifferences(layer), within(1e-6));
    }
  }

  @Test
  void keepsTheLayersWithTheHighestScores() {
    Selection selection = select(2, 4);

    List<Double> scores = selection.scores().get("gradient_norm");
    double least = selection.layers().stream().mapToDouble(scores::get).min().orElseThrow();
    assertThat(selection.layers()).hasSize(2);
    assertThat(scores).filteredOn(score -> score >= least).hasSize(2);
  }

  @Test
  void moreLayersThanThereAreAreRefusedWithBothNumbers() {
    assertThatThrownBy(() -> select(9, 1))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("choose 9 layers")
        .hasMessageContaining("the model has 5");
  }

  @Test
  void aGradientThatIsNoNumberIsRefusedWithItsLayer() {
    SelectionContext broken =
        new ForwardingContext(context) {
          @Override
          public BilevelProblem problem(ProblemOptions options) {
            return new ForwardingProblem(super.problem(options)) {
              @Override
              public NDArray initialTheta(NDManager scope) {
                return super.initialTheta(scope).mul(Double.NaN);
              }
            };
          }
        };
    LargestGradientSelector selector = new LargestGradientSelector(new LargestGradientOptions("2", 1, 8));

    assertThatThrownBy(() -> selector.select(broken))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector largest-gradient gives layer 0 the score NaN");
  }

  @Test
  void keepsAsManyLayersAsOthersWhereThatIsAsked() {
    LargestGradientOptions options = new LargestGradientOptions("same", 1, 8);

    assertThat(new LargestGradientSelector(options).select(context).layers())
        .hasSize(context.sameCount().orElseThrow());
  }

  private Selection select(int keep, int batches) {
    return new LargestGradientSelector(new LargestGradientOptions(String.valueOf(keep), batches, 8)).select(context);
  }

  private double normByDifferences(int layer) {
    return Math.sqrt(
        context.problem().parameters().ofLayer(layer).stream()
            .flatMapToLong(slice -> LongStream.range(0, slice.size()).map(i -> slice.offset() + i))
            .mapToDouble(i -> Math.pow((loss(i, STEP) - loss(i, -STEP)) / (2 * STEP), 2))
            .sum());
  }

  private double loss(long element, double change) {
    BilevelProblem problem = context.problem();
    NDArray theta = problem.initialTheta(manager);
    double[] moved = theta.toDoubleArray();
    moved[(int) element] += change;
    NDArray alpha = manager.zeros(new Shape(LAYERS), theta.getDataType());
    return problem.training(manager, 0, manager.create(moved), alpha).loss();
  }
}
