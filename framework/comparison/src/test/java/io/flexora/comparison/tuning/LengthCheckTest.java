package io.flexora.comparison.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.comparison.setup.BudgetKind;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.experiment.estimate.TrainingCosts;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LengthCheckTest {

  private static final int GIVEN = 60;

  private static Workload cost(long steps, int batch) {
    return Workload.NONE.trainingGradients(Passes.of(steps, batch)).storedThetas(4).steps(steps);
  }

  /** Of a training that is as long as its trainer says. */
  private static TrainingCosts alone(long steps, int batch) {
    return new TrainingCosts(cost(steps, batch), cost(steps, batch));
  }

  /** Of one whose steps are given. */
  private static TrainingCosts given(long own, int batch) {
    return new TrainingCosts(cost(GIVEN, batch), cost(own, batch));
  }

  private static Optional<String> refusal(
      BudgetKind hold, Optional<Integer> steps, TrainingCosts byDefault, TrainingCosts other) {
    BudgetOptions budget =
        new BudgetOptions(
            hold,
            hold == BudgetKind.LAYERS ? Optional.of(3) : Optional.empty(),
            hold == BudgetKind.PARAMETERS ? Optional.of(1000L) : Optional.empty(),
            steps,
            hold == BudgetKind.SECONDS ? Optional.of(60.0) : Optional.empty(),
            SearchTime.EXCLUDED,
            SearchTime.EXCLUDED);
    return new LengthCheck(budget).refusal(byDefault, other);
  }

  @ParameterizedTest
  @EnumSource(BudgetKind.class)
  void whatMovesNothingButTheStepsHasNoEffectWhereTheyAreGiven(BudgetKind hold) {
    assertThat(refusal(hold, Optional.of(GIVEN), given(60, 8), given(90, 8)).orElseThrow())
        .startsWith("has no effect: 'budget.steps' says that every training has 60 steps; ");
    assertThat(refusal(hold, Optional.of(GIVEN), given(60, 8), given(120, 4)))
        .as("the size of a batch has an effect of its own")
        .isEmpty();
    assertThat(refusal(hold, Optional.of(GIVEN), given(60, 8), given(60, 8)))
        .as("neither does what moves no step: it may have another effect")
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(BudgetKind.class)
  void whatMovesTheStepsIsRefusedWhereTheyAreHeldAlone(BudgetKind hold) {
    Optional<String> refusal = refusal(hold, Optional.empty(), alone(60, 8), alone(120, 4));
    assertThat(refusal.isPresent()).isEqualTo(hold == BudgetKind.STEPS);
    refusal.ifPresent(
        why ->
            assertThat(why)
                .startsWith("changes how many steps a training has, which the budget holds equal"));
  }

  @Test
  void whatMovesNoStepMayBeTunedWhateverIsHeld() {
    assertThat(refusal(BudgetKind.STEPS, Optional.empty(), alone(60, 8), alone(60, 4))).isEmpty();
  }

  @Test
  void nothingIsKnownOfATrainerThatStatesNoSteps() {
    Workload silent = Workload.NONE.trainingGradients(Passes.of(60, 8)).storedThetas(4);
    Workload longer = Workload.NONE.trainingGradients(Passes.of(90, 8)).storedThetas(4);
    assertThat(
            refusal(
                BudgetKind.STEPS,
                Optional.empty(),
                new TrainingCosts(silent, silent),
                new TrainingCosts(longer, longer)))
        .isEmpty();
  }
}
