package io.flexora.selector.scored;

import io.flexora.api.model.Slice;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** What a batch's gradient says about a layer. */
enum Score {
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
  };

  abstract double of(double[] theta, double[] gradient, List<Slice> layer);

  private static double sum(List<Slice> slices, IntToDoubleFunction term) {
    return slices.stream()
        .flatMapToInt(s -> IntStream.range((int) s.offset(), (int) (s.offset() + s.size())))
        .mapToDouble(term)
        .sum();
  }
}
