package io.flexora.numerics.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three layers with two numbers each, of which the first and the last share their module {@code q};
 * the loss couples all of them. Derivatives against central differences in float64.
 */
class SharedAdaptersTest {

  private static final ModuleShape Q = new ModuleShape("q", "layer.%d.q", 1, 1, false);
  private static final ModuleShape V = new ModuleShape("v", "layer.%d.v", 1, 1, false);
  private static final AdapterParameter NUMBER = new AdapterParameter("a", "a", new Shape(1));
  private static final int WHOLE = 7;
  private static final int SHARED = 6;
  private static final double[] PHI = {0.3, -0.8, 1.2, 0.5, -0.4, 0.9};

  /** Where each number of theta is in phi: q of layers 0 and 2 is one. */
  private static final int[] PLACES = {0, 1, 2, 3, 0, 4, 5};

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SharedAdapters shared = new SharedAdapters(model());
  private final Batch batch =
      (Batch)
          Proxy.newProxyInstance(
              Batch.class.getClassLoader(), new Class<?>[] {Batch.class}, (p, method, a) -> null);

  @AfterEach
  void close() {
    manager.close();
  }

  private static ParameterIndex index() {
    return new ParameterIndex(
        List.of(
            slice(0, 0, Q),
            slice(1, 0, V),
            slice(2, 1, Q),
            slice(3, 1, V),
            slice(4, 2, Q),
            slice(5, 2, V),
            new Slice(6, new Shape(1), new Slice.Head("head"))));
  }

  private static Slice slice(int at, int layer, ModuleShape module) {
    return new Slice(at, new Shape(1), new Slice.Adapter(layer, module, NUMBER));
  }

  private static AdapterPlan plan() {
    return new AdapterPlan(new NoAdapter(), List.of(0, 1, 2), List.of("q", "v"), Head.classes(2))
        .withChosen(
            List.of(
                ChosenModule.ofShared(0, "q"),
                ChosenModule.of(0, "v"),
                ChosenModule.of(1, "q"),
                ChosenModule.of(1, "v"),
                ChosenModule.ofShared(2, "q"),
                ChosenModule.of(2, "v")));
  }

  private AdaptedModel model() {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "plan" -> plan();
              case "parameters" -> index();
              case "initialTheta" ->
                  NativeArrays.of(
                      (NDManager) arguments[0],
                      IntStream.range(0, WHOLE).mapToDouble(i -> i + 1).toArray());
              case "loss" -> loss(theta(arguments[2]));
              case "lossGradient" -> gradient((NDManager) arguments[0], theta(arguments[2]));
              case "hessianProduct" ->
                  product(
                      (NDManager) arguments[0],
                      theta(arguments[2]),
                      ((Direction) arguments[3]).theta().toDoubleArray());
              case "scores" -> new double[][] {theta(arguments[2])};
              default -> throw new AssertionError(method);
            };
    return (AdaptedModel)
        Proxy.newProxyInstance(
            AdaptedModel.class.getClassLoader(), new Class<?>[] {AdaptedModel.class}, answers);
  }

  private static double[] theta(Object point) {
    return ((Point) point).theta().toDoubleArray();
  }

  private static double loss(double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += Math.sin(x[i] + i) + x[i] * x[(i + 3) % x.length] * x[(i + 3) % x.length];
    }
    return sum;
  }

  private static double[] differences(double[] at, ToDoubleFunction<double[]> function) {
    double[] found = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double[] plus = at.clone();
      double[] minus = at.clone();
      plus[i] += 1e-5;
      minus[i] -= 1e-5;
      found[i] = (function.applyAsDouble(plus) - function.applyAsDouble(minus)) / 2e-5;
    }
    return found;
  }

  private static double[] byHand(double[] x) {
    double[] found = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int next = (i + 3) % x.length;
      found[i] += Math.cos(x[i] + i) + x[next] * x[next];
      found[next] += 2 * x[i] * x[next];
    }
    return found;
  }

  private static LossGradient gradient(NDManager scope, double[] x) {
    return new LossGradient(
        loss(x), 1, NativeArrays.of(scope, byHand(x)), Optional.of(NativeArrays.of(scope, x)));
  }

  private static Direction product(NDManager scope, double[] x, double[] u) {
    double[] found = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int next = (i + 3) % x.length;
      found[i] += -Math.sin(x[i] + i) * u[i] + 2 * x[next] * u[next];
      found[next] += 2 * x[next] * u[i] + 2 * x[i] * u[next];
    }
    return new Direction(NativeArrays.of(scope, found), NativeArrays.of(scope, new double[1]));
  }

  private static double[] repeated(double[] phi) {
    return Arrays.stream(PLACES).mapToDouble(place -> phi[place]).toArray();
  }

  private Point at(double[] phi) {
    return Point.of(NativeArrays.of(manager, phi));
  }

  @Test
  void aSharedArrayCountsOnce() {
    assertThat(shared.parameters().size()).isEqualTo(SHARED);
    assertThat(SharedAdapters.trainable(model())).isEqualTo(SHARED);
    assertThat(shared.parameters().slices().get(0).owner())
        .isEqualTo(index().slices().get(0).owner());
    assertThat(shared.parameters().ofHead())
        .singleElement()
        .extracting(Slice::offset)
        .isEqualTo(5L);
  }

  @Test
  void phiIsRepeatedWhereItIsShared() {
    assertThat(shared.expand(manager, NativeArrays.of(manager, PHI)).toDoubleArray())
        .containsExactly(repeated(PHI));
  }

  @Test
  void aSharedArrayStartsAsInItsLowestLayer() {
    assertThat(shared.initialTheta(manager, new Seeds(1)).toDoubleArray())
        .containsExactly(1, 2, 3, 4, 6, 7);
  }

  @Test
  void theGradientIsThatOfTheLossInPhi() {
    LossGradient found = shared.lossGradient(manager, batch, at(PHI));

    assertThat(found.theta().toDoubleArray())
        .containsExactly(differences(PHI, phi -> loss(repeated(phi))), within(1e-8));
    assertThat(found.loss()).isEqualTo(loss(repeated(PHI)));
    assertThat(shared.loss(manager, batch, at(PHI))).isEqualTo(found.loss());
    assertThat(found.alpha()).isPresent();
  }

  @Test
  void theHessianProductIsThatOfTheGradientInPhi() {
    double[] u = {1, -2, 0.5, 3, -1, 0.25};
    Direction along =
        new Direction(NativeArrays.of(manager, u), NativeArrays.of(manager, new double[1]));
    double[] found = shared.hessianProduct(manager, batch, at(PHI), along).theta().toDoubleArray();

    for (int i = 0; i < SHARED; i++) {
      int row = i;
      double[] ofRow =
          differences(
              PHI,
              phi -> shared.lossGradient(manager, batch, at(phi)).theta().toDoubleArray()[row]);
      double expected = IntStream.range(0, SHARED).mapToDouble(j -> ofRow[j] * u[j]).sum();
      assertThat(found[i]).isCloseTo(expected, within(1e-8));
    }
  }

  @Test
  void scoresAreThoseOfTheWholeTheta() {
    assertThat(shared.scores(manager, batch, at(PHI))[0]).containsExactly(repeated(PHI));
  }

  @Test
  void nothingIsLeftInAScope() {
    NDManager scope = manager.newSubManager();
    LossGradient found = shared.lossGradient(scope, batch, at(PHI));

    assertThat(scope.getManagedArrays()).containsOnly(found.theta(), found.alpha().orElseThrow());
    NDArray expanded = shared.expand(scope, found.theta());
    assertThat(scope.getManagedArrays()).contains(expanded).hasSize(3);
  }
}
