package io.flexora.comparison.tuning;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.SharedInputs;
import io.flexora.experiment.estimate.TrainingCosts;
import io.flexora.runstore.RunListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks whether the values that a tuner may choose fit the model, the data and the budget: the ends
 * of each range and each value of a list, one at a time and all else as the file says. Where trials
 * have a part of the steps, the shortest part has to fit with one of these at least.
 */
public final class TunedFit {

  private final ComparisonTuning tuning;
  private final BudgetOptions budget;
  private final LengthCheck length;
  private final SharedInputs shared;
  private final RunListener listener;

  /**
   * Prepares.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   */
  public TunedFit(
      ComparisonTuning tuning, BudgetOptions budget, SharedInputs shared, RunListener listener) {
    this.tuning = tuning;
    this.budget = budget;
    this.length = new LengthCheck(budget);
    this.shared = shared;
    this.listener = listener;
  }

  /**
   * Asks for the row of a cell.
   *
   * @param cell the cell with the default values
   * @param told the messages of what does not fit with the default values, which are not told again
   * @param notices takes what is worth knowing of values that fit
   * @return what does not fit
   */
  public List<ConfigProblem> incompatible(
      PlannedCell cell, Set<String> told, Consumer<String> notices) {
    List<CandidateValue> ends = tuning.ends(cell.id().strategy());
    if (ends.isEmpty()) {
      return List.of();
    }
    // What does not fit may not even tell what it costs.
    Optional<TrainingCosts> byDefault =
        told.isEmpty()
            ? Optional.of(cell.experiment().training(shared, listener))
            : Optional.empty();
    List<ConfigProblem> found = new ArrayList<>();
    for (CandidateValue end : ends) {
      try {
        Experiment experiment = tuning.planned(cell, end).experiment();
        experiment.requireCompatibility(shared, listener);
        experiment.notices(shared, listener).forEach(notices);
        byDefault
            .flatMap(costs -> length.refusal(costs, experiment.training(shared, listener)))
            .map(end::refusedAtAll)
            .ifPresent(found::add);
      } catch (CancelledException e) {
        throw e;
      } catch (ConfigurationException e) {
        e.problems().stream()
            .map(ConfigProblem::message)
            .filter(message -> !told.contains(message))
            .map(end::refused)
            .forEach(found::add);
      } catch (FlexoraException e) {
        found.add(end.refused(e.getMessage()));
      }
    }
    if (found.isEmpty() && told.isEmpty()) {
      incompatiblePart(cell, ends).ifPresent(found::add);
    }
    return found;
  }

  /** What fits into all steps may be too long for a part of them, such as a warm-up. */
  private Optional<ConfigProblem> incompatiblePart(PlannedCell cell, List<CandidateValue> ends) {
    double shortest =
        tuning.row(cell.id().strategy()).shares().stream()
            .mapToDouble(Double::doubleValue)
            .min()
            .orElse(1);
    if (budget.steps().isEmpty() || shortest == 1) {
      return Optional.empty();
    }
    Optional<ConfigProblem> first = Optional.empty();
    for (CandidateValue end : ends) {
      Optional<ConfigProblem> one = firstOf(cell, end.setting().withShare(shortest));
      if (one.isEmpty()) {
        return Optional.empty();
      }
      first = first.or(() -> one);
    }
    return first.map(
        why ->
            new ConfigProblem(
                why.location(),
                "trials with a part of the steps do not fit: %s".formatted(why.message())));
  }

  private Optional<ConfigProblem> firstOf(PlannedCell cell, TrialSetting setting) {
    try {
      tuning
          .planned(cell.id(), cell.sameLayers(), setting)
          .experiment()
          .requireCompatibility(shared, listener);
      return Optional.empty();
    } catch (ConfigurationException e) {
      return e.problems().stream().findFirst();
    }
  }
}
