package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Three modules with a teacher each, a matrix of rank 1, 2 or 3, and an adapter of four gated
 * rank-one parts that is to come near it: the loss is half the squared distance from the teacher
 * with noise. The noise of the validation loss is another one, so a part for which the teacher has
 * no direction left learns what does not hold there. Second-order products are left to finite
 * differences.
 */
final class PlantedRanks implements BilevelProblem {

  /** The rank of the adapter of a module. */
  private static final int PARTS = 4;

  private static final int MODULES = 3;
  private static final int WIDTH = 6;

  /** Every singular value of a teacher. */
  private static final double STRENGTH = 1.5;

  private static final double NOISE = 0.1;

  private final List<Integer> ranks;
  private final List<double[]> training = new ArrayList<>();
  private final List<double[]> validation = new ArrayList<>();
  private final double[] start;

  /**
   * Draws the problem.
   *
   * @param seed decides the teachers, the noise and which module has which rank
   */
  PlantedRanks(long seed) {
    Random random = new Random(new SplittableRandom(seed).nextLong());
    ranks = IntStream.range(0, MODULES).mapToObj(m -> (int) (1 + (seed + m) % MODULES)).toList();
    for (int rank : ranks) {
      double[] teacher = teacher(rank, random);
      training.add(noisy(teacher, random));
      validation.add(noisy(teacher, random));
    }
    double[] a = gaussian(random, MODULES * PARTS * WIDTH, 1 / Math.sqrt(WIDTH));
    start = Arrays.copyOf(a, 2 * a.length);
  }

  /** The rank of each module's teacher. */
  List<Integer> ranks() {
    return ranks;
  }

  private static double[] teacher(int rank, Random random) {
    double[][] rows = orthonormal(random);
    double[][] columns = orthonormal(random);
    double[] teacher = new double[WIDTH * WIDTH];
    for (int k = 0; k < rank; k++) {
      for (int i = 0; i < teacher.length; i++) {
        teacher[i] += STRENGTH * rows[k][i / WIDTH] * columns[k][i % WIDTH];
      }
    }
    return teacher;
  }

  private static double[] noisy(double[] teacher, Random random) {
    double[] noisy = gaussian(random, teacher.length, NOISE);
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] += teacher[i];
    }
    return noisy;
  }

  private static double[][] orthonormal(Random random) {
    double[][] vectors = new double[WIDTH][];
    for (int i = 0; i < WIDTH; i++) {
      double[] next = gaussian(random, WIDTH, 1);
      for (int j = 0; j < i; j++) {
        double along = dot(next, vectors[j]);
        for (int k = 0; k < WIDTH; k++) {
          next[k] -= along * vectors[j][k];
        }
      }
      double length = Math.sqrt(dot(next, next));
      vectors[i] = Arrays.stream(next).map(x -> x / length).toArray();
    }
    return vectors;
  }

  private static double[] gaussian(Random random, int size, double scale) {
    double[] values = new double[size];
    Arrays.setAll(values, i -> scale * random.nextGaussian());
    return values;
  }

  private static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  @Override
  public ParameterIndex parameters() {
    return new ParameterIndex(
        List.of(new Slice(0, new Shape(start.length), new Slice.Head("all"))));
  }

  @Override
  public int gates() {
    return MODULES * PARTS;
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return NativeArrays.of(scope, start.clone());
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, training, theta, alpha);
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, validation, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    throw new UnsupportedOperationException("use finite differences");
  }

  /** Of theta, the first half are the vectors a of the parts {@code b aᵀ}, and the other half b. */
  private static LossGradient lossGradient(
      NDManager scope, List<double[]> teachers, NDArray theta, NDArray alpha) {
    double[] at = theta.toDoubleArray();
    double[] gates = gates(alpha.toDoubleArray());
    double[] inTheta = new double[at.length];
    double[] inAlpha = new double[gates.length];
    double loss = 0;
    for (int module = 0; module < teachers.size(); module++) {
      double[] residual = residual(teachers.get(module), at, gates, module);
      loss += dot(residual, residual) / 2;
      double shared = 0;
      for (int gate = module * PARTS; gate < (module + 1) * PARTS; gate++) {
        inAlpha[gate] = gates[gate] * slope(residual, at, gates[gate], gate, inTheta);
        shared += inAlpha[gate] / PARTS;
      }
      for (int gate = module * PARTS; gate < (module + 1) * PARTS; gate++) {
        inAlpha[gate] -= gates[gate] * shared;
      }
    }
    return new LossGradient(
        loss, 1, NativeArrays.of(scope, inTheta), Optional.of(NativeArrays.of(scope, inAlpha)));
  }

  private static double[] residual(double[] teacher, double[] at, double[] gates, int module) {
    double[] residual = new double[teacher.length];
    for (int i = 0; i < residual.length; i++) {
      residual[i] = -teacher[i];
      for (int gate = module * PARTS; gate < (module + 1) * PARTS; gate++) {
        int a = gate * WIDTH + i % WIDTH;
        int b = at.length / 2 + gate * WIDTH + i / WIDTH;
        residual[i] += gates[gate] * at[b] * at[a];
      }
    }
    return residual;
  }

  /** The derivative in a gate; that in its part is added to the one in theta. */
  private static double slope(
      double[] residual, double[] at, double gate, int part, double[] inTheta) {
    double slope = 0;
    for (int i = 0; i < residual.length; i++) {
      int a = part * WIDTH + i % WIDTH;
      int b = at.length / 2 + part * WIDTH + i / WIDTH;
      inTheta[a] += gate * residual[i] * at[b];
      inTheta[b] += gate * residual[i] * at[a];
      slope += residual[i] * at[a] * at[b];
    }
    return slope;
  }

  private static double[] gates(double[] alpha) {
    double[] gates = new double[alpha.length];
    for (int from = 0; from < alpha.length; from += PARTS) {
      double sum = 0;
      for (int i = from; i < from + PARTS; i++) {
        gates[i] = Math.exp(alpha[i]);
        sum += gates[i];
      }
      for (int i = from; i < from + PARTS; i++) {
        gates[i] *= PARTS / sum;
      }
    }
    return gates;
  }
}
