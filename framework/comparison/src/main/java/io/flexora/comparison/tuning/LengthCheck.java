package io.flexora.comparison.tuning;

import io.flexora.comparison.setup.BudgetKind;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.experiment.estimate.TrainingCosts;
import java.util.Optional;

/** The check that no tuned option moves the length of a training where the budget decides it. */
final class LengthCheck {

  private final BudgetOptions budget;

  LengthCheck(BudgetOptions budget) {
    this.budget = budget;
  }

  /**
   * Compares a training with the default values with one that has another value of the option.
   *
   * @return why the option cannot be tuned, to follow its name; empty if it can
   */
  Optional<String> refusal(TrainingCosts byDefault, TrainingCosts other) {
    if (byDefault.own().steps().equals(other.own().steps())) {
      return Optional.empty();
    }
    if (budget.steps().isPresent()) {
      return byDefault.given().equals(other.given())
          ? Optional.of(
              "has no effect: 'budget.steps' says that every training has %d steps; do not tune it, or remove budget.steps and hold layers, parameters or seconds"
                  .formatted(budget.steps().get()))
          : Optional.empty();
    }
    return budget.hold() == BudgetKind.STEPS
        ? Optional.of(
            "changes how many steps a training has, which the budget holds equal (hold: steps); hold layers, parameters or seconds, write budget.steps: N, or do not tune it")
        : Optional.empty();
  }
}
