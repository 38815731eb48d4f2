package io.flexora.api.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.SolverCost;
import io.flexora.api.model.Passes;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionCostTest {

  @Test
  void stepsOfASolverAreCountedByTheirExamples() {
    SolverCost step = new SolverCost(2, 3, 1, 4, 7).withRecords(2, 1);

    SelectionCost cost = SelectionCost.of(10, step, new ProblemOptions(8, 1, 16, 5));
    assertThat(cost.trainingGradients()).isEqualTo(new Passes(10 * 2 * 8, 8));
    assertThat(cost.hessianProducts()).isEqualTo(new Passes(10 * 3 * 8, 8));
    assertThat(cost.recordedProducts()).isEqualTo(new Passes(10 * 2 * 8, 8));
    assertThat(cost.validationGradients()).isEqualTo(new Passes(10 * 5 * 16, 16));
    assertThat(cost.forward()).isEqualTo(new Passes(10 * 5 * 4 * 16, 16));
    assertThat(cost.keptGraphs()).isEqualTo(1);

    SelectionCost averaged = SelectionCost.of(10, step, new ProblemOptions(8, 4, 16, 5));
    assertThat(averaged.hessianProducts()).isEqualTo(new Passes(10 * 4 * 3 * 8, 8));
    assertThat(averaged.recordedProducts()).isEqualTo(Passes.NONE);
    assertThat(averaged.keptGraphs()).isZero();
  }

  /** The options of a search have no greatest number, and their product none that fits. */
  @Test
  void absurdOptionsHaveATimeThatIsAboveZeroAndFinite() {
    long most = Integer.MAX_VALUE;
    SolverCost step = new SolverCost(most, most, most, most, most).withRecords(most, 1);
    ProblemOptions absurd =
        new ProblemOptions(
            Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    ProblemOptions recorded = new ProblemOptions(Integer.MAX_VALUE, 1, 1, 1);

    for (ProblemOptions options : List.of(absurd, recorded)) {
      SelectionCost cost = SelectionCost.of(most, step, options);
      assertThat(cost.trainingGradients().examples()).isEqualTo(Long.MAX_VALUE);
      assertThat(cost.equivalentGradients()).isFinite().isGreaterThan(9e18);
      assertThat(cost.plus(cost).equivalentGradients()).isFinite().isPositive();
    }
  }
}
