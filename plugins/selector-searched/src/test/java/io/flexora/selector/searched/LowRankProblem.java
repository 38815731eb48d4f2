package io.flexora.selector.searched;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * Least squares in float64 on a sum of layers of rank one, {@code b_l (a_l . x_l)} less what that
 * is at the start, plus a bias as the head: {@code b} starts at 0, as in LoRA, or at another
 * number, and {@code a} at random values. It can be made with all layers, or with some of them
 * only. The gates are taken for 1.
 */
final class LowRankProblem implements BilevelProblem {

  private static final int WIDTH = 3;
  private static final int ROWS = 16;
  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", WIDTH, 1);
  private static final AdapterParameter A =
      new AdapterParameter("A", "lora_A.weight", new Shape(WIDTH));
  private static final AdapterParameter B =
      new AdapterParameter("B", "lora_B.weight", new Shape(1));

  private final List<Integer> adapted;
  private final double[] start;

  LowRankProblem(List<Integer> adapted) {
    this(adapted, 0);
  }

  /** Makes a problem in which each {@code b} starts at a number. */
  LowRankProblem(List<Integer> adapted, double b) {
    this.adapted = List.copyOf(adapted);
    this.start = start(adapted, b);
  }

  private static double[] start(List<Integer> adapted, double b) {
    DoubleStream values = DoubleStream.empty();
    for (int layer : adapted) {
      DoubleStream a = new SplittableRandom(layer).doubles(WIDTH, -1, 1);
      values = DoubleStream.concat(values, DoubleStream.concat(a, DoubleStream.of(b)));
    }
    return DoubleStream.concat(values, DoubleStream.of(0.1)).toArray();
  }

  @Override
  public ParameterIndex parameters() {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer : adapted) {
      slices.add(new Slice(offset, A.shape(), new Slice.Adapter(layer, MODULE, A)));
      slices.add(new Slice(offset + WIDTH, B.shape(), new Slice.Adapter(layer, MODULE, B)));
      offset += WIDTH + 1;
    }
    slices.add(new Slice(offset, new Shape(1), new Slice.Head("bias")));
    return new ParameterIndex(slices);
  }

  @Override
  public int gates() {
    return adapted.size();
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return NativeArrays.of(scope, start);
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, innerStep, theta.toDoubleArray());
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, -1 - outerStep, theta.toDoubleArray());
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    throw new AssertionError("sets are judged without second derivatives");
  }

  private LossGradient lossGradient(NDManager scope, long batch, double[] theta) {
    double[] gradient = new double[theta.length];
    double loss = 0;
    for (int row = 0; row < ROWS; row++) {
      double target = new SplittableRandom(batch * ROWS + row).nextDouble(-2, 2);
      double residual = theta[theta.length - 1] - target;
      for (int i = 0; i < adapted.size(); i++) {
        residual += product(theta, i, batch, row) - product(start, i, batch, row);
      }
      loss += residual * residual / ROWS;
      double slope = 2 * residual / ROWS;
      for (int i = 0; i < adapted.size(); i++) {
        int at = i * (WIDTH + 1);
        double[] x = inputs(adapted.get(i), batch, row);
        for (int k = 0; k < WIDTH; k++) {
          gradient[at + k] += slope * theta[at + WIDTH] * x[k];
        }
        gradient[at + WIDTH] += slope * projection(theta, i, batch, row);
      }
      gradient[theta.length - 1] += slope;
    }
    NDArray inAlpha = NativeArrays.of(scope, new double[gates()]);
    return new LossGradient(loss, ROWS, NativeArrays.of(scope, gradient), Optional.of(inAlpha));
  }

  private double product(double[] theta, int i, long batch, int row) {
    return theta[i * (WIDTH + 1) + WIDTH] * projection(theta, i, batch, row);
  }

  private double projection(double[] theta, int i, long batch, int row) {
    double[] x = inputs(adapted.get(i), batch, row);
    double sum = 0;
    for (int k = 0; k < WIDTH; k++) {
      sum += theta[i * (WIDTH + 1) + k] * x[k];
    }
    return sum;
  }

  private static double[] inputs(int layer, long batch, int row) {
    return new SplittableRandom((batch * ROWS + row) * 1000 + layer)
        .doubles(WIDTH, -1, 1)
        .toArray();
  }
}
