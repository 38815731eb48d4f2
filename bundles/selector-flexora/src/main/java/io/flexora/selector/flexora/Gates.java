package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.plan.GateIndex;
import io.flexora.numerics.vector.Workspace;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Alpha and its gates.
 *
 * @param form how they are made
 * @param index what the gates are of
 * @param values alpha, one for each gate
 */
record Gates(GateForm form, GateIndex index, List<Double> values) {

  static Gates of(GateForm form, GateIndex index, NDArray alpha) {
    try (Workspace work = new Workspace(alpha.getManager())) {
      return of(form, index, work.share(alpha).toType(DataType.FLOAT64, false).toDoubleArray());
    }
  }

  static Gates of(GateForm form, GateIndex index, double[] alpha) {
    return new Gates(form, index, Arrays.stream(alpha).boxed().toList());
  }

  int size() {
    return values.size();
  }

  double alpha(int gate) {
    return values.get(gate);
  }

  /** Whether each alpha is the same number, as before the first step. */
  boolean areEqual() {
    double first = values.get(0);
    return values.stream().allMatch(alpha -> alpha == first);
  }

  double sum() {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  double gate(int gate) {
    return gates().get(gate);
  }

  /** The gates. */
  List<Double> gates() {
    return form.values(index, values);
  }

  /** For each gate the mean alpha of its softmax. */
  List<Double> means() {
    Double[] means = new Double[size()];
    for (List<Integer> group : index.groups()) {
      DoubleSummaryStatistics of = group.stream().mapToDouble(values::get).summaryStatistics();
      // Rounding may put the mean of equal numbers beside them.
      double mean = Math.min(of.getMax(), Math.max(of.getMin(), of.getAverage()));
      group.forEach(gate -> means[gate] = mean);
    }
    return List.of(means);
  }

  /** The numbers of all gates whose softmax each has, less its mean. */
  List<Double> centred() {
    List<Double> means = means();
    return IntStream.range(0, size()).mapToObj(i -> values.get(i) - means.get(i)).toList();
  }
}
