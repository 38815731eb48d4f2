package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import java.util.Locale;

/**
 * Holds the cost that an extension states against the cost that was seen.
 *
 * @param name how messages call what is under test
 * @param upper whether no more than the stated cost has to be seen, not exactly that
 */
record CostCheck(String name, boolean upper) {

  /** A few arrays more may be stated, for those of one call. */
  private static final int FEW = 4;

  private static final double MOST = 1.25;

  static CostCheck of(String name, boolean upper) {
    return new CostCheck(name, upper);
  }

  void requireSeen(Workload stated, Workload seen) {
    String of = stated.unit().name().toLowerCase(Locale.ROOT) + " of ";
    require(of + "training gradients", stated.trainingGradients(), seen.trainingGradients());
    require(of + "Hessian products", stated.hessianProducts(), seen.hessianProducts());
    require(of + "validation gradients", stated.validationGradients(), seen.validationGradients());
    require(of + "passes without a gradient", stated.forward(), seen.forward());
    require(of + "recorded products", stated.recordedProducts(), seen.recordedProducts());
    require("kept graphs", stated.keptGraphs(), seen.keptGraphs());
    requireStored(stated.storedThetas(), seen.storedThetas());
  }

  private void require(String what, Passes stated, Passes seen) {
    require(what, stated.examples(), seen.examples());
    assertThat(seen.batchSize())
        .as("the batch size of %s of %s, of which cost() tells", what, name)
        .isEqualTo(stated.batchSize());
  }

  private void require(String what, long stated, long seen) {
    if (upper) {
      assertThat(seen)
          .as("%s of %s, of which cost() states the most", what, name)
          .isLessThanOrEqualTo(stated);
      assertThat(seen > 0)
          .as("whether %s takes %s, of which cost() tells", name, what)
          .isEqualTo(stated > 0);
    } else {
      assertThat(seen).as("%s of %s, of which cost() tells", what, name).isEqualTo(stated);
    }
  }

  private void requireStored(long stated, long seen) {
    assertThat(seen)
        .as(
            "arrays of theta's length alive in %s, of which cost() states the most; close what is"
                + " not needed, or state %d in storedThetas",
            name, seen)
        .isBetween((long) (stated / MOST) - FEW, stated);
  }
}
