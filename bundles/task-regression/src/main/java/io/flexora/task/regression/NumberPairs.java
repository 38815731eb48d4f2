package io.flexora.task.regression;

import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.api.metric.MetricDescription.Need;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The numbers of scored examples.
 *
 * @param expected the right ones
 * @param predicted those of the model
 */
// Both are read here alone, and nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record NumberPairs(double[] expected, double[] predicted) {

  /** The needs of metrics of numbers. */
  static final Need[] NEEDS = {Need.NUMBER, Need.TARGET};

  static NumberPairs of(ScoredExamples scored) {
    return new NumberPairs(
        scored.values(e -> e.prediction().as(Answer.Numeric.class).expected().orElseThrow()),
        scored.values(e -> e.prediction().as(Answer.Numeric.class).value()));
  }

  /** The difference of a prediction to the right number. */
  double error(int example) {
    return predicted[example] - expected[example];
  }

  double[] each(IntToDoubleFunction value) {
    double[] all = new double[expected.length];
    Arrays.setAll(all, value);
    return all;
  }
}
