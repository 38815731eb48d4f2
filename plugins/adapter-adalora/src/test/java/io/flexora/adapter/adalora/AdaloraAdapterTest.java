package io.flexora.adapter.adalora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.adapter.TrainingSchedule.Moment;
import io.flexora.api.adapter.TrainingSchedule.ParameterPlace;
import io.flexora.api.adapter.TrainingSchedule.Turn;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.CompleteScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** AdaLoRA on two matrices of 5 by 5, each of which begins with the rank 4. */
class AdaloraAdapterTest {

  private static final int WIDTH = 5;
  private static final int RANK = 4;
  private static final int STEPS = 200;
  private static final double RATE = 0.05;
  private static final ModuleShape MODULE =
      new ModuleShape("dense", "layer.%d.dense", WIDTH, WIDTH);

  /** The gradient of half the squared distances of two changes from others, and of the penalty. */
  private static final String GRADIENT =
      """
        def gradient(self, eye: Tensor, first: Tensor, second: Tensor, p: List[Tensor], gate: Tensor) -> List[Tensor]:
          q = annotate(List[Tensor], [])
          for t in p:
            q.append(torch.detach(t).requires_grad_(True))
          none = annotate(List[Tensor], [])
          still = torch.zeros_like(eye)
          one = torch.t(self.adapt(eye, still, still, q[0:3], none, gate, -1)) - first
          other = torch.t(self.adapt(eye, still, still, q[3:], none, gate, -1)) - second
          total = torch.sum(one * one) * 0.5 + torch.sum(other * other) * 0.5 + self.penalty(q)
          given = annotate(List[Optional[Tensor]], [])
          given.append(torch.ones_like(total))
          results = annotate(List[Tensor], [])
          for g in torch.autograd.grad([total], q, given, False, False, True):
            if g is not None:
              results.append(g)
          return results
      """;

  private final NDManager root = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    root.close();
  }

  /** The product of a module is scaled by 1, but for what PEFT adds to the rank. */
  private static AdaloraAdapter adalora(int targetR, int tinit, int tfinal, double penalty) {
    return new AdaloraAdapter(
        new AdaloraOptions(
            RANK,
            targetR,
            tinit,
            tfinal,
            1,
            0.85,
            0.85,
            penalty,
            Optional.empty(),
            RANK,
            0,
            List.of()));
  }

  private static List<ParameterPlace> places(AdaloraAdapter adapter) {
    List<ParameterPlace> places = new ArrayList<>();
    long offset = 0;
    for (int layer = 0; layer < 2; layer++) {
      for (AdapterParameter parameter : adapter.parameters(MODULE)) {
        places.add(new ParameterPlace(offset, new AdapterSite(layer, MODULE), parameter));
        offset += parameter.shape().size();
      }
    }
    return places;
  }

  /** A, B and E of both modules. */
  private static List<NDArray> arrays(
      NDManager owner, List<ParameterPlace> places, double[] theta) {
    return places.stream()
        .map(
            place -> {
              int from = Math.toIntExact(place.offset());
              int to = Math.toIntExact(from + place.size());
              double[] own = Arrays.copyOfRange(theta, from, to);
              return NativeArrays.of(owner, own, place.parameter().shape());
            })
        .toList();
  }

  /** The budget is the sum of the ranks of what the two modules are to learn. */
  @Test
  void keepsThePlantedRanksAndPrunesTheSurplus() {
    double[] three = {3, 2.5, 2};
    double[] one = {3};
    assertKept(three, one);
    assertKept(one, three);
  }

  private void assertKept(double[] first, double[] second) {
    AdaloraAdapter adapter = adalora(2, 40, 60, 0.1);
    List<NDArray> planted = List.of(planted(0, first), planted(2, second));
    List<NDArray> arrays = arrays(root, places(adapter), trained(adapter, planted));
    for (int module = 0; module < 2; module++) {
      List<NDArray> values = arrays.subList(3 * module, 3 * module + 3);
      double[] e = values.get(2).toDoubleArray();
      assertThat(Arrays.stream(e).filter(v -> v != 0).count())
          .as("triplets that are left of module %d", module)
          .isEqualTo(module == 0 ? first.length : second.length);
      NDArray change =
          new AdapterChange(root, adapter).ofMatrix(root, planted.get(module), values, List.of());
      assertThat(norm(change.sub(planted.get(module))) / norm(planted.get(module)))
          .as("distance of what module %d has learnt from what was planted", module)
          .isLessThan(0.02);
    }
  }

  private static double norm(NDArray array) {
    return Math.sqrt(Arrays.stream(array.toDoubleArray()).map(v -> v * v).sum());
  }

  /** The sum of products of orthonormal vectors, each with its size. */
  private NDArray planted(int seed, double... sizes) {
    double[][] left = orthonormal(seed);
    double[][] right = orthonormal(seed + 1);
    double[] sum = new double[WIDTH * WIDTH];
    for (int k = 0; k < sizes.length; k++) {
      for (int at = 0; at < sum.length; at++) {
        sum[at] += sizes[k] * left[at / WIDTH][k] * right[at % WIDTH][k];
      }
    }
    return NativeArrays.of(root, sum, new Shape(WIDTH, WIDTH));
  }

  /** A reflection, whose columns are orthonormal. */
  private static double[][] orthonormal(int seed) {
    double[] normal =
        IntStream.rangeClosed(1, WIDTH).mapToDouble(i -> Math.sin(i * (1.0 + seed))).toArray();
    double squared = Arrays.stream(normal).map(v -> v * v).sum();
    double[][] reflection = new double[WIDTH][WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      for (int j = 0; j < WIDTH; j++) {
        reflection[i][j] = (i == j ? 1 : 0) - 2 * normal[i] * normal[j] / squared;
      }
    }
    return reflection;
  }

  /** Theta after a training by Adam. */
  private double[] trained(AdaloraAdapter adapter, List<NDArray> planted) {
    List<ParameterPlace> places = places(adapter);
    TrainingSchedule update = adapter.schedule().orElseThrow();
    double[] theta = start(adapter, places);
    double[] mean = new double[theta.length];
    double[] square = new double[theta.length];
    Known state = update.start(root, places, NativeArrays.of(root, theta));
    try (TorchScript script =
        TorchScript.compile(root, CompleteScript.of(adapter.script()) + GRADIENT)) {
      for (int step = 1; step <= STEPS; step++) {
        double[] gradient = gradient(script, planted, places, theta);
        for (int i = 0; i < theta.length; i++) {
          mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
          square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i];
          double scale = Math.sqrt(square[i] / (1 - Math.pow(0.999, step))) + 1e-8;
          theta[i] -= RATE * mean[i] / (1 - Math.pow(0.9, step)) / scale;
        }
        NDArray moved = NativeArrays.of(root, theta);
        NDArray slope = NativeArrays.of(root, gradient);
        Turn next = update.after(root, new Moment(places, step, STEPS, moved, state), slope);
        theta = next.theta().orElseThrow().toDoubleArray();
        state = next.known();
      }
    }
    return theta;
  }

  private static double[] start(AdaloraAdapter adapter, List<ParameterPlace> places) {
    SplittableRandom random = new SplittableRandom(1);
    return places.stream()
        .map(place -> adapter.initialValues(MODULE, place.parameter(), random))
        .flatMapToDouble(AdaloraAdapterTest::doubles)
        .toArray();
  }

  private static DoubleStream doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
  }

  private double[] gradient(
      TorchScript script, List<NDArray> planted, List<ParameterPlace> places, double[] theta) {
    try (NDManager scope = root.newSubManager()) {
      Arguments arguments =
          new Arguments(scope)
              .with("eye", scope.eye(WIDTH, WIDTH, 0, DataType.FLOAT64))
              .with("first", planted.get(0))
              .with("second", planted.get(1))
              .with("p", arrays(scope, places, theta))
              .with("gate", NativeArrays.of(scope, new double[] {1}, new Shape()));
      return script.call("gradient", arguments).stream()
          .flatMapToDouble(array -> Arrays.stream(array.toDoubleArray()))
          .toArray();
    }
  }

  @Test
  void withAllRanksAndWithoutPenaltyItIsASumOfTriplets() {
    AdaloraAdapter adapter = adalora(RANK, 0, 0, 0);
    assertThat(adapter.script().hasPenalty()).isFalse();
    List<ParameterPlace> places = places(adapter);
    double[] theta = new SplittableRandom(3).doubles(2L * RANK * (2 * WIDTH + 1), -1, 1).toArray();
    List<NDArray> values = arrays(root, places, theta).subList(0, 3);
    double[] a = values.get(0).toDoubleArray();
    double[] b = values.get(1).toDoubleArray();
    double[] e = values.get(2).toDoubleArray();
    double[] expected = new double[WIDTH * WIDTH];
    for (int at = 0; at < expected.length; at++) {
      for (int k = 0; k < RANK; k++) {
        double triplet = b[at / WIDTH * RANK + k] * e[k] * a[k * WIDTH + at % WIDTH];
        expected[at] += RANK / (RANK + 1e-5) * triplet;
      }
    }
    NDArray change =
        new AdapterChange(root, adapter).ofMatrix(root, values.get(0), values, List.of());
    assertThat(change.toDoubleArray()).containsExactly(expected, within(1e-14));
    TrainingSchedule update = adapter.schedule().orElseThrow();
    NDArray array = NativeArrays.of(root, theta);
    Known state = update.start(root, places, array);
    Moment last = new Moment(places, 9, 9, array, state);
    assertThat(update.after(root, last, array).theta().orElseThrow().toDoubleArray())
        .isEqualTo(theta);
  }
}
