package io.flexora.selector.pruned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.selection.TrainedAdapters;
import io.flexora.numerics.layer.GatedElements;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.List;

/**
 * A trained theta of which some parts are dropped: what the adapter is linear in is zero there, or,
 * of an adapter that is linear in nothing, all has its initial values, at which the module computes
 * what the frozen one does.
 */
final class PrunedTheta {

  private final TrainedAdapters trained;
  private final PrunableParts parts;
  private final boolean linear;
  private final NDArray theta;

  /** The elements that belong to parts. */
  private final GatedElements elements;

  /**
   * Looks up the parts.
   *
   * @param theta the values, in the place of the trained ones
   */
  PrunedTheta(TrainedAdapters trained, AdapterMethod method, PrunableParts parts, NDArray theta) {
    this.trained = trained;
    this.parts = parts;
    this.theta = theta;
    this.linear =
        parts.modules().stream()
            .allMatch(module -> method.parameters(module).stream().anyMatch(method::isLinearIn));
    this.elements =
        new GatedElements(
            trained.parameters(),
            parts.gates(),
            parameter -> !linear || method.isLinearIn(parameter));
  }

  /** Theta with all parts. */
  NDArray whole() {
    return theta;
  }

  /**
   * The losses of some validation examples.
   *
   * @param scope the owner of temporary arrays
   * @param kept the parts that are kept
   */
  double[] losses(NDManager scope, List<Integer> kept, List<Integer> examples) {
    double[] multipliers = new double[parts.size()];
    kept.forEach(part -> multipliers[part] = 1);
    return losses(scope, multipliers, examples);
  }

  /**
   * The losses of some validation examples.
   *
   * @param scope the owner of temporary arrays
   * @param multipliers of what each part adds: 0 where it is dropped, 1 where it is as it was
   */
  double[] losses(NDManager scope, double[] multipliers, List<Integer> examples) {
    if (Arrays.stream(multipliers).allMatch(multiplier -> multiplier == 1)) {
      return trained.losses(scope, theta, examples);
    }
    try (NDManager own = scope.newSubManager()) {
      return trained.losses(own, scaled(own, multipliers), examples);
    }
  }

  /**
   * A loss and its gradient in the multipliers of the parts.
   *
   * @param gradient of each part
   */
  // Bulk data of one step; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  record Slope(double loss, double[] gradient) {}

  /**
   * The mean loss of some validation examples, and its gradient in the multipliers: for each part
   * the sum of theta's gradient times the trained values, as what the adapter is linear in is
   * multiplied.
   *
   * @param scope the owner of temporary arrays
   */
  Slope slope(NDManager scope, double[] multipliers, List<Integer> examples) {
    try (NDManager own = scope.newSubManager()) {
      LossGradient found = trained.lossGradient(own, scaled(own, multipliers), examples);
      double[] gradient = Spectra.doubles(found.theta());
      double[] values = Spectra.doubles(theta);
      return new Slope(found.loss(), elements.sums(i -> gradient[i] * values[i]));
    }
  }

  private NDArray scaled(NDManager scope, double[] multipliers) {
    try (NDManager own = scope.newSubManager()) {
      NDArray mask = elements.factors(own, multipliers, 1, theta.getDataType());
      NDArray values = NativeArrays.convert(own, theta, theta.getDataType());
      NDArray pruned = values.mul(mask);
      if (!linear) {
        NDArray initial = trained.initialTheta(own);
        pruned = pruned.add(initial.mul(mask.neg().add(1)));
      }
      pruned.attach(scope);
      return pruned;
    }
  }

  /**
   * The rise of the loss that the squared gradients of single examples predict where a part is
   * dropped: half the sum of F d², with d the change of its elements.
   *
   * @param scope the owner of temporary arrays
   */
  List<Double> fisher(NDManager scope, List<Integer> examples) {
    double[] squares = new double[Math.toIntExact(trained.parameters().size())];
    for (int example : examples) {
      try (NDManager own = scope.newSubManager()) {
        double[] gradient =
            Spectra.doubles(trained.lossGradient(own, theta, List.of(example)).theta());
        for (int i = 0; i < squares.length; i++) {
          squares[i] += gradient[i] * gradient[i] / examples.size();
        }
      }
    }
    double[] values = Spectra.doubles(theta);
    double[] dropped = dropped(scope);
    double[] rises =
        elements.sums(
            i -> {
              double change = values[i] - dropped[i];
              return squares[i] * change * change / 2;
            });
    return Arrays.stream(rises).boxed().toList();
  }

  /** The elements of a dropped part. */
  private double[] dropped(NDManager scope) {
    if (linear) {
      return new double[Math.toIntExact(theta.size())];
    }
    try (NDArray initial = trained.initialTheta(scope)) {
      return Spectra.doubles(initial);
    }
  }
}
