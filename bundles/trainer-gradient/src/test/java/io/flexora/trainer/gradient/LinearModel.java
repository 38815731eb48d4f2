package io.flexora.trainer.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.Seeds;
import io.flexora.testkit.fixture.model.LeastSquaresModel;
import java.util.List;
import java.util.SplittableRandom;

/** Least squares from zero with half the label as the target. Dropout leaves out a weight. */
class LinearModel extends LeastSquaresModel {

  private final boolean dropout;

  LinearModel(boolean dropout) {
    this.dropout = dropout;
  }

  static Tokens example(int first, int second, int label) {
    Example example = new Example("row", "text", List.of("a", "b", "c", "d"), label);
    return new Tokens(example, new int[] {first, second}, List.of(), 0);
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    return scope.create(new double[3]);
  }

  @Override
  protected double target(Tokens tokens) {
    return tokens.example().label() / 2.0;
  }

  @Override
  protected void drop(SplittableRandom random, double[] x) {
    if (dropout) {
      x[random.nextInt(2)] = 0;
    }
  }
}
