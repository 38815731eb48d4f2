package io.flexora.experiment.inputs;

import io.flexora.api.cost.Workload;
import io.flexora.api.data.Split;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingSetting;
import java.util.OptionalLong;

/**
 * The training of a cell, as its trainer states it.
 *
 * @param trainer the trainer
 * @param steps the steps that are given to it, if they are
 */
public record StatedTraining(
    Component<Trainer> trainer,
    OptionalLong steps,
    PretrainedModel pretrained,
    ExperimentData data,
    AdapterPlans adapters) {

  /** The setting of trainings. */
  public TrainingSetting setting() {
    return new TrainingSetting(
        pretrained.shape(),
        adapters.component(),
        adapters.targets(),
        data.trainingTokens(),
        size(steps));
  }

  /** The setting of posteriors. */
  public PosteriorSetting posteriorSetting() {
    return new PosteriorSetting(
        data.evaluated(Split.TEST),
        adapters.component(),
        adapters.targets(),
        pretrained.shape(),
        data.examples().of(Split.TRAIN).size(),
        data.examples().of(Split.VALIDATION).size(),
        cost().storedBases() > 0,
        cost().steps(),
        pretrained.recomputes());
  }

  /** The cost of a training. */
  public Workload cost() {
    return cost(size(steps));
  }

  /** The cost of the training of a strategy's choice. */
  public Workload cost(Component<Selector> selector) {
    TrainingStart start = start(selector);
    return start.isComplete() ? Workload.NONE : cost(size(start.within(steps)));
  }

  /**
   * The start of the training of a strategy's choice, with the steps that a search which counts
   * leaves it.
   *
   * @throws FlexoraException if the search has more steps than a training, or it is not known how
   *     many a training has
   */
  public TrainingStart start(Component<Selector> selector) {
    TrainingStart start = selector.get().start();
    if (start.searchSteps().isEmpty()) {
      return start;
    }
    long searched = start.searchSteps().getAsLong();
    OptionalLong whole = steps.isPresent() ? steps : ownCost().steps();
    if (whole.isEmpty()) {
      throw new FlexoraException(
          "selector '%s' counts the %d steps of its search as steps of the training, but trainer '%s' does not tell how many it takes"
              .formatted(selector.name(), searched, trainer.name()));
    }
    if (whole.getAsLong() < searched) {
      throw new FlexoraException(
          "selector '%s' counts the %d steps of its search as steps of the training, which has %d; shorten the search, or give the training more steps"
              .formatted(selector.name(), searched, whole.getAsLong()));
    }
    return start.of(whole.getAsLong());
  }

  /** The cost of a training that has the steps of the trainer's own options. */
  public Workload ownCost() {
    return cost(size(OptionalLong.empty()));
  }

  /** Whether a training evaluates on validation examples where there are any. */
  public boolean validates() {
    TrainingSetting.Size size = new TrainingSetting.Size(data.tokens(Split.TRAIN).size(), 1, steps);
    return cost(size).forward().examples() > 0;
  }

  private Workload cost(TrainingSetting.Size size) {
    return trainer.get().cost(size);
  }

  private TrainingSetting.Size size(OptionalLong given) {
    return new TrainingSetting.Size(
        data.tokens(Split.TRAIN).size(), data.tokens(Split.VALIDATION).size(), given);
  }
}
