package io.flexora.comparison.cell;

import io.flexora.api.run.Phase;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.estimate.TrainableSize;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The meaning of a budget for a model, and the check that a cell kept to it. */
public final class BudgetConstraint {

  /** A training ends with the step in which its time is over, and still has to keep its result. */
  private static final double OVERTIME = 1.1;

  private final BudgetOptions options;
  private final Location location;

  /**
   * Makes the budget.
   *
   * @param location where it was written
   */
  public BudgetConstraint(BudgetOptions options, Location location) {
    this.options = options;
    this.location = location;
  }

  /**
   * How many layers strategies choose that are told {@code same}; empty where another thing is
   * held.
   *
   * @param model the name of the model
   * @throws ConfigurationException if no strategy of whole layers fits the budget on that model
   */
  public OptionalInt sameLayers(String model, TrainableSize size) {
    return switch (options.hold()) {
      case LAYERS -> OptionalInt.of(layers(model, size));
      case PARAMETERS -> OptionalInt.of(fitting(model, size));
      case STEPS, SECONDS -> OptionalInt.empty();
    };
  }

  private int layers(String model, TrainableSize size) {
    int layers = options.layers().orElseThrow();
    if (layers > size.layers()) {
      throw impossible(
          "option 'budget.layers' is %d, but model '%s' has %d layers; write a number from 1 to %d"
              .formatted(layers, model, size.layers(), size.layers()));
    }
    return layers;
  }

  private int fitting(String model, TrainableSize size) {
    long parameters = options.parameters().orElseThrow();
    long one = size.parameters(1);
    if (parameters < one) {
      throw impossible(
          ("option 'budget.parameters' is %d, but one layer of model '%s' takes %d trainable"
                  + " parameters (adapters %d, head %d), so no strategy of whole layers can keep to"
                  + " it; write %d or more, or take a smaller lora_rank")
              .formatted(
                  parameters, model, one, size.parametersPerLayer(), size.headParameters(), one));
    }
    long most = (parameters - size.headParameters()) / Math.max(1, size.parametersPerLayer());
    return (int) Math.min(size.layers(), most);
  }

  private ConfigurationException impossible(String message) {
    return new ConfigurationException(List.of(new ConfigProblem(location, message)));
  }

  /**
   * Whether a cell that has ended kept to the budget; empty where that cannot be told. Modules keep
   * to a number of layers if they have no more parameters.
   *
   * @param tuning the seconds of the searches and the trainings of the trials of its tuning
   */
  public Optional<Boolean> keptBy(CellOutcome outcome, List<RunEvent> events, double tuning) {
    return switch (options.hold()) {
      case LAYERS ->
          outcome.selectedModules().isEmpty()
              ? options.layers().map(layers -> outcome.selectedLayers().size() <= layers)
              : CellEvents.parametersHeld(events)
                  .map(most -> outcome.trainableParameters() <= most);
      case PARAMETERS -> options.parameters().map(most -> outcome.trainableParameters() <= most);
      case STEPS -> options.steps().map(most -> CellEvents.trainingSteps(events) <= most);
      case SECONDS -> options.seconds().map(most -> seconds(outcome, tuning) <= most * OVERTIME);
    };
  }

  private double seconds(CellOutcome outcome, double tuning) {
    double search = outcome.seconds(Phase.SEARCH);
    double training = outcome.seconds(Phase.TRAIN);
    double tested = options.search() == SearchTime.INCLUDED ? search + training : training;
    return options.tuning() == SearchTime.INCLUDED ? tuning + tested : tested;
  }
}
