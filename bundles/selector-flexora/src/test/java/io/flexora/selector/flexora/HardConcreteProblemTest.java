package io.flexora.selector.flexora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.solver.hypergradient.Products;
import io.flexora.solver.hypergradient.UnrolledOptions;
import io.flexora.solver.hypergradient.UnrolledSolver;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.model.ProductAdapter;
import io.flexora.testkit.host.Extensions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HardConcreteProblemTest {

  private static final ProductAdapter ADAPTER = new ProductAdapter(2);
  private static final List<ModuleShape> MODULES =
      List.of(
          new ModuleShape("query", "layer.%d.query", 3, 2),
          new ModuleShape("value", "layer.%d.value", 2, 4));
  private static final List<Integer> LAYERS = List.of(0, 1);
  private static final double STEP = 1e-5;
  private static final long INNER = 3;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static BilevelProblem problem(GateIndex.Layout layout, long seed) {
    GateIndex index = GateIndex.of(layout, LAYERS, MODULES, ADAPTER);
    return new HardConcreteProblem(
        new SmoothProblem(parameters(), index.size()), index, ADAPTER, new Seeds(seed));
  }

  private static ParameterIndex parameters() {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer : LAYERS) {
      for (ModuleShape module : MODULES) {
        for (AdapterParameter parameter : ADAPTER.parameters(module)) {
          slices.add(
              new Slice(offset, parameter.shape(), new Slice.Adapter(layer, module, parameter)));
          offset += parameter.shape().size();
        }
      }
    }
    slices.add(new Slice(offset, new Shape(3), new Slice.Head("classifier.weight")));
    return new ParameterIndex(slices);
  }

  private double[] alpha(BilevelProblem problem) {
    return IntStream.range(0, problem.gates()).mapToDouble(i -> 0.8 * Math.sin(3 * i)).toArray();
  }

  private double[] theta(BilevelProblem problem) {
    return problem.initialTheta(manager).toDoubleArray();
  }

  private NDArray array(double[] values) {
    return NativeArrays.of(manager, values);
  }

  private static double[] differences(double[] at, ToDoubleFunction<double[]> function) {
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double[] above = at.clone();
      double[] below = at.clone();
      above[i] += STEP;
      below[i] -= STEP;
      slopes[i] = (function.applyAsDouble(above) - function.applyAsDouble(below)) / (2 * STEP);
    }
    return slopes;
  }

  @ParameterizedTest
  @EnumSource(GateIndex.Layout.class)
  void hasTheGradientsOfItsDifferences(GateIndex.Layout layout) {
    BilevelProblem problem = problem(layout, 3);
    double[] theta = theta(problem);
    double[] alpha = alpha(problem);
    List<Asked> kinds =
        List.of(problem::training, problem::trainingEvaluation, problem::validation);
    for (Asked asked : kinds) {
      LossGradient found = asked.at(manager, INNER, array(theta), array(alpha));
      requireClose(
          found.theta(),
          differences(theta, x -> asked.at(manager, INNER, array(x), array(alpha)).loss()));
      double[] inAlpha =
          differences(alpha, x -> asked.at(manager, INNER, array(theta), array(x)).loss());
      requireClose(found.alpha().orElseThrow(), inAlpha);
      assertThat(Arrays.stream(inAlpha).filter(slope -> slope != 0)).isNotEmpty();
    }
    assertThat(problem.validationLoss(manager, INNER, array(theta), array(alpha)))
        .isEqualTo(problem.validation(manager, INNER, array(theta), array(alpha)).loss());
  }

  /** A loss at a step. */
  private interface Asked {
    LossGradient at(NDManager scope, long step, NDArray theta, NDArray alpha);
  }

  @ParameterizedTest
  @EnumSource(GateIndex.Layout.class)
  void hasTheProductsOfItsDifferences(GateIndex.Layout layout) {
    BilevelProblem problem = problem(layout, 3);
    double[] theta = theta(problem);
    double[] alpha = alpha(problem);
    double[] u = IntStream.range(0, theta.length).mapToDouble(i -> Math.sin(5 * i + 1)).toArray();
    double[] a = IntStream.range(0, alpha.length).mapToDouble(i -> Math.cos(7 * i)).toArray();
    LossGradient above = moved(problem, theta, u, alpha, a, STEP);
    LossGradient below = moved(problem, theta, u, alpha, a, -STEP);
    double[] inTheta = slope(above.theta(), below.theta());
    double[] inAlpha = slope(above.alpha().orElseThrow(), below.alpha().orElseThrow());
    Direction direction = new Direction(array(u), array(a));

    Direction alone =
        problem.trainingProduct(manager, INNER, array(theta), array(alpha), direction);
    requireClose(alone.theta(), inTheta);
    requireClose(alone.alpha(), inAlpha);
    NDArray gradient;
    try (GradientRecord record =
        problem.trainingRecord(manager, INNER, array(theta), array(alpha))) {
      Direction first = record.hessianProduct(manager, direction);
      assertThat(record.hessianProduct(manager, direction).theta().toDoubleArray())
          .isEqualTo(first.theta().toDoubleArray())
          .isEqualTo(alone.theta().toDoubleArray());
      assertThat(record.gateProduct(manager, direction).toDoubleArray())
          .isEqualTo(alone.alpha().toDoubleArray());
      gradient = record.value().theta();
    }
    assertThat(gradient.toDoubleArray())
        .isEqualTo(
            problem.training(manager, INNER, array(theta), array(alpha)).theta().toDoubleArray());
  }

  private LossGradient moved(
      BilevelProblem problem, double[] theta, double[] u, double[] alpha, double[] a, double by) {
    return problem.training(
        manager, INNER, array(theta).add(array(u).mul(by)), array(alpha).add(array(a).mul(by)));
  }

  private static double[] slope(NDArray above, NDArray below) {
    return above.sub(below).div(2 * STEP).toDoubleArray();
  }

  private static void requireClose(NDArray found, double[] expected) {
    double[] values = found.toDoubleArray();
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).as("element %d", i).isCloseTo(expected[i], within(1e-8));
    }
  }

  /** The derivative of the validation loss after some steps of Adam, under the same noise. */
  @Test
  void hasTheHypergradientOfItsDifferences() {
    BilevelProblem problem = problem(GateIndex.Layout.LAYER_MODULE, 2);
    Solver solver = unrolled();
    InnerState start = solver.start(manager, problem);
    double[] alpha = alpha(problem);

    Hypergradient found = solver.step(manager, problem, start, array(alpha), 1);
    double[] expected =
        differences(alpha, x -> solver.step(manager, problem, start, array(x), 1).validationLoss());
    requireClose(found.gradient(), expected);
    assertThat(Arrays.stream(expected).map(Math::abs).max().orElseThrow()).isGreaterThan(0.01);
  }

  private static Solver unrolled() {
    UpdateOptions update =
        new UpdateOptions(
            new GivenComponent<>("adamw", new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0))),
            0.05,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT);
    return Extensions.of(
        UnrolledSolver.class,
        new UnrolledOptions(
            4, new InnerOptions(update, 0, 0), Optional.empty(), Products.EXACT, false, 1));
  }

  @Test
  void drawsItsNoiseBySeedAndStepAlone() {
    double first = loss(problem(GateIndex.Layout.LAYER_MODULE, 1), 0);
    BilevelProblem again = problem(GateIndex.Layout.LAYER_MODULE, 1);
    loss(again, 1);
    assertThat(loss(again, 0)).isEqualTo(first);
    assertThat(loss(problem(GateIndex.Layout.LAYER_MODULE, 2), 0)).isNotEqualTo(first);
  }

  private double loss(BilevelProblem problem, long step) {
    return problem.training(manager, step, array(theta(problem)), array(alpha(problem))).loss();
  }

  /** Where a gate is closed under any noise, its adapter is as if it were not there. */
  @Test
  void aClosedGateTakesItsAdapterAway() {
    BilevelProblem problem = problem(GateIndex.Layout.LAYER, 1);
    BilevelProblem plain = new SmoothProblem(parameters(), 2);
    double[] theta = theta(problem);
    double[] without = theta.clone();
    for (Slice slice : parameters().ofLayer(1)) {
      if (ADAPTER.isLinearIn(((Slice.Adapter) slice.owner()).parameter())) {
        int from = (int) slice.offset();
        Arrays.fill(without, from, from + (int) slice.size(), 0);
      }
    }
    double[] alpha = {100, -100};

    assertThat(problem.training(manager, 0, array(theta), array(alpha)).loss())
        .isEqualTo(plain.training(manager, 0, array(without), array(alpha)).loss());
  }
}
