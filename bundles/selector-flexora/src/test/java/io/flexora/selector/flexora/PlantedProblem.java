package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A sum of gated linear layers, each with inputs of its own, of which only some have to do with the
 * target. The training examples are few and noisy, so the other layers learn what does not hold on
 * the validation examples. Second-order products are left to finite differences.
 */
final class PlantedProblem implements BilevelProblem {

  private static final int LAYERS = 6;
  private static final int WIDTH = 3;
  private static final int TRAINING = 48;
  private static final int VALIDATION = 200;

  private final List<Integer> relevant;
  private final double[] trainingInputs;
  private final double[] trainingTargets;
  private final double[] validationInputs;
  private final double[] validationTargets;

  PlantedProblem(List<Integer> relevant, long seed) {
    this.relevant = relevant;
    Random random = new Random(seed);
    trainingInputs = gaussian(random, TRAINING * LAYERS * WIDTH);
    trainingTargets = targets(trainingInputs, random);
    validationInputs = gaussian(random, VALIDATION * LAYERS * WIDTH);
    validationTargets = targets(validationInputs, random);
  }

  @Override
  public ParameterIndex parameters() {
    return new ParameterIndex(
        List.of(new Slice(0, new Shape(LAYERS * WIDTH), new Slice.Head("all"))));
  }

  @Override
  public int gates() {
    return LAYERS;
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return scope.zeros(new Shape(LAYERS * WIDTH), DataType.FLOAT64);
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, trainingInputs, trainingTargets, theta, alpha);
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, validationInputs, validationTargets, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    throw new UnsupportedOperationException("use finite differences");
  }

  private static LossGradient lossGradient(
      NDManager scope, double[] inputs, double[] targets, NDArray theta, NDArray alpha) {
    long n = targets.length;
    NDArray x = scope.create(inputs, new Shape(n, LAYERS, WIDTH));
    NDArray weights = scope.create(theta.toDoubleArray(), new Shape(LAYERS, WIDTH));
    NDArray gates = scope.create(alpha.toDoubleArray()).softmax(0).mul(LAYERS);
    NDArray parts = x.mul(weights).sum(new int[] {2});
    NDArray residual = parts.matMul(gates).sub(scope.create(targets));
    NDArray inOutput = residual.mul(2.0 / n);
    NDArray inParts = inOutput.reshape(n, 1).mul(gates);
    NDArray inTheta = x.mul(inParts.reshape(n, LAYERS, 1)).sum(new int[] {0}).flatten();
    NDArray inGates = parts.transpose().matMul(inOutput);
    NDArray shared = gates.mul(inGates).sum().div(LAYERS);
    NDArray inAlpha = gates.mul(inGates.sub(shared));
    double loss = residual.square().mean().getDouble();
    return new LossGradient(loss, n, inTheta, Optional.of(inAlpha));
  }

  private double[] targets(double[] inputs, Random random) {
    double[] targets = new double[inputs.length / (LAYERS * WIDTH)];
    for (int example = 0; example < targets.length; example++) {
      targets[example] = random.nextGaussian();
      for (int layer : relevant) {
        for (int i = 0; i < WIDTH; i++) {
          targets[example] +=
              inputs[(example * LAYERS + layer) * WIDTH + i] * (i % 2 == 0 ? 1 : -1);
        }
      }
    }
    return targets;
  }

  private static double[] gaussian(Random random, int size) {
    return random.doubles(size).map(d -> random.nextGaussian()).toArray();
  }
}
