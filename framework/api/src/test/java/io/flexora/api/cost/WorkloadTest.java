package io.flexora.api.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.hpo.ProblemOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  @Test
  void stepsOfASolverAreCountedByTheirExamples() {
    Workload step =
        Workload.CALLS
            .trainingGradients(Passes.of(2))
            .hessianProducts(Passes.of(3))
            .recorded(Passes.of(2), 1)
            .validationGradients(Passes.of(1))
            .forward(Passes.of(4))
            .storedThetas(7);

    Workload cost = new ProblemOptions(8, 1, 16, 5).workload(10, step);
    assertThat(cost.trainingGradients()).isEqualTo(new Passes(10 * 2 * 8, 8));
    assertThat(cost.hessianProducts()).isEqualTo(new Passes(10 * 3 * 8, 8));
    assertThat(cost.recordedProducts()).isEqualTo(new Passes(10 * 2 * 8, 8));
    assertThat(cost.validationGradients()).isEqualTo(new Passes(10 * 5 * 16, 16));
    assertThat(cost.forward()).isEqualTo(new Passes(10 * 5 * 4 * 16, 16));
    assertThat(cost.keptGraphs()).isEqualTo(1);

    Workload averaged = new ProblemOptions(8, 4, 16, 5).workload(10, step);
    assertThat(averaged.hessianProducts()).isEqualTo(new Passes(10 * 4 * 3 * 8, 8));
    assertThat(averaged.recordedProducts()).isEqualTo(Passes.NONE);
    assertThat(averaged.keptGraphs()).isZero();
  }

  /** The options of a search have no greatest number, and their product none that fits. */
  @Test
  void absurdOptionsHaveATimeThatIsAboveZeroAndFinite() {
    long most = Integer.MAX_VALUE;
    Workload step =
        Workload.CALLS
            .trainingGradients(Passes.of(most))
            .hessianProducts(Passes.of(most))
            .recorded(Passes.of(most), 1)
            .validationGradients(Passes.of(most))
            .forward(Passes.of(most))
            .storedThetas(most);
    ProblemOptions absurd =
        new ProblemOptions(
            Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    ProblemOptions recorded = new ProblemOptions(Integer.MAX_VALUE, 1, 1, 1);

    for (ProblemOptions options : List.of(absurd, recorded)) {
      Workload cost = options.workload(most, step);
      assertThat(cost.trainingGradients().examples()).isEqualTo(Long.MAX_VALUE);
      assertThat(cost.equivalentGradients()).isFinite().isGreaterThan(9e18);
      assertThat(cost.plus(cost).equivalentGradients()).isFinite().isPositive();
    }
  }
}
