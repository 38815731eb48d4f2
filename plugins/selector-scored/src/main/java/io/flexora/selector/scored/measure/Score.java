package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** A score of a layer by a batch's gradient. */
public enum Score implements Measure {
  /** The Euclidean norm of the gradient in the layer's adapters. */
  GRADIENT_NORM {
    @Override
    double of(double[] theta, double[] gradient, List<Slice> layer) {
      return Math.sqrt(sum(layer, i -> gradient[i] * gradient[i]));
    }
  },
  /** The trace of the empirical Fisher information where the batch is a single example. */
  FISHER {
    @Override
    double of(double[] theta, double[] gradient, List<Slice> layer) {
      return sum(layer, i -> gradient[i] * gradient[i]);
    }
  },
  /** The sum of {@code |theta gradient|}: to first order, what each weight's removal changes. */
  SNIP {
    @Override
    double of(double[] theta, double[] gradient, List<Slice> layer) {
      return sum(layer, i -> Math.abs(theta[i] * gradient[i]));
    }

    @Override
    public boolean isZeroUntrained() {
      return true;
    }
  };

  abstract double of(double[] theta, double[] gradient, List<Slice> layer);

  @Override
  public int numbers(int layers, int modules) {
    return layers;
  }

  @Override
  public Workload cost(int batches, int batchSize, int layers) {
    return Workload.NONE.trainingGradients(Passes.of(batches, batchSize));
  }

  @Override
  public List<Double> of(NDManager scope, BilevelProblem problem, long step, NDArray theta) {
    NDArray noGates = WarmUp.noGates(scope, problem, theta);
    NDArray gradient = problem.trainingEvaluation(scope, step, theta, noGates).theta();
    double[] values = values(scope, theta);
    double[] slopes = values(scope, gradient);
    return IntStream.range(0, problem.gates())
        .mapToObj(layer -> of(values, slopes, problem.parameters().ofLayer(layer)))
        .toList();
  }

  @Override
  public List<Double> scores(List<Double> sums, long batches, int layers) {
    return Measure.means(sums, batches);
  }

  /** The values of an array as float64. */
  public static double[] values(NDManager scope, NDArray array) {
    return NativeArrays.convert(scope, array, DataType.FLOAT64).toDoubleArray();
  }

  private static double sum(List<Slice> slices, IntToDoubleFunction term) {
    return slices.stream()
        .flatMapToInt(s -> IntStream.range((int) s.offset(), (int) (s.offset() + s.size())))
        .mapToDouble(term)
        .sum();
  }
}
