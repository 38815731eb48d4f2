package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.data.Split;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.StoredValues;
import io.flexora.numerics.transformer.AdapterStarts;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunMonitor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Trains the model of a cell again for one of its posteriors: with other seeds, and each time for
 * no longer than the cell itself.
 */
final class FurtherTrainings {

  private final RunScope run;
  private final ExperimentInputs inputs;
  private final RunCell name;
  private final Component<Selector> selector;
  private final CellFolder base;
  private final CellFolder folder;
  private boolean toldOfStart;

  /**
   * Trains nothing yet.
   *
   * @param name the cell of the posterior
   * @param selector the selector of the trained cell
   */
  FurtherTrainings(
      RunScope run, ExperimentInputs inputs, RunCell name, Component<Selector> selector) {
    this.run = run;
    this.inputs = inputs;
    this.name = name;
    this.selector = selector;
    this.base = run.folder().cell(name.trained());
    this.folder = run.folder().cell(name.toString());
  }

  /**
   * Trains, or goes on where an interruption was.
   *
   * @param model the model of the cell, whose parameters the result is
   * @param manager the owner of the result
   * @param number which further training it is, from 1
   * @return the trained parameters
   */
  NDArray theta(AdaptedModel model, NDManager manager, int number) {
    if (base.find(CellFolder.PRUNED).isPresent()) {
      throw new FlexoraException(
          ("posterior '%s' trains the model several times, but the training of cell '%s' prunes the"
                  + " base, and each would have a base of its own")
              .formatted(name.posterior().orElseThrow(), name.trained()));
    }
    Seeds seeds =
        new Seeds(new Seeds(run.configuration().seed()).derive("further training", number));
    String checkpoints = Phase.TRAIN.word() + "-" + number;
    Optional<AdapterStart> start = otherStart(model.plan(), seeds);
    if (start.isEmpty()) {
      return trained(model, manager, seeds, checkpoints);
    }
    try (AdaptedModel other =
        inputs.pretrained().model().adapt(model.plan().withStart(start.get()))) {
      return trained(other, manager, seeds, checkpoints);
    }
  }

  private NDArray trained(AdaptedModel model, NDManager manager, Seeds seeds, String checkpoints) {
    Optional<Duration> time = new CellTime(run, name.trained()).leftForFurther(name, checkpoints);
    run.monitor(name.toString(), "").event(PhaseRecord.furtherTraining(checkpoints));
    RunMonitor monitor = run.monitor(name.toString(), Phase.TRAIN.word());
    TrainingStart begin = inputs.training().start(selector);
    if (begin.fromValues() && !toldOfStart) {
      toldOfStart = true;
      run.monitor(name.toString(), "")
          .notice(
              "Trainings of posterior '%s' begin at the values of the search of cell '%s': they differ in the order of the data and in dropout alone."
                  .formatted(name.posterior().orElseThrow(), name.trained()));
    }
    CellTraining training =
        new CellTraining(
            model,
            Optional.empty(),
            inputs.data().tokens(Split.TRAIN),
            inputs.data().tokens(Split.VALIDATION),
            selector.get().schedule(selection()),
            Optional.of(new StoredValues(base)).filter(values -> begin.fromValues()),
            begin.within(run.configuration().stepsOfTraining()),
            time,
            manager,
            folder.checkpoints(checkpoints, run.configuration().cell().checkpoints(), monitor),
            (values, step) -> {},
            monitor);
    return training.by(run.trainers().apply(seeds)).theta();
  }

  private Selection selection() {
    return base.selection().orElseThrow();
  }

  /** The start by other seeds; empty where there is none, which is told once. */
  private Optional<AdapterStart> otherStart(AdapterPlan plan, Seeds seeds) {
    Optional<AdapterStart> own = plan.start().filter(start -> !start.parameters().isEmpty());
    if (own.isEmpty()) {
      return Optional.empty();
    }
    Optional<AdapterStart> other =
        otherStart(
            inputs.pretrained().model(),
            inputs.adapters().plan(selection()),
            own.get(),
            seeds,
            () -> inputs.data().tokens(Split.TRAIN));
    if (other.isEmpty() && !toldOfStart) {
      toldOfStart = true;
      run.monitor(name.toString(), "")
          .notice(
              "Trainings of posterior '%s' start from the adapter's values of cell '%s', as %s makes no others that fit: they differ in the order of the data, in dropout and in a head's initial values alone."
                  .formatted(name.posterior().orElseThrow(), name.trained(), plan.adapterPhrase()));
    }
    return other;
  }

  /**
   * What the adapters of a model start from by other seeds.
   *
   * @param plan the plan of the model, without a start
   * @param own what the model starts from
   * @param training the training examples, asked for if the method looks at any
   * @return empty if the method makes constants, which would be others than the model's, or
   *     parameters of other shapes or the same values
   */
  static Optional<AdapterStart> otherStart(
      BaseModel model,
      AdapterPlan plan,
      AdapterStart own,
      Seeds seeds,
      Supplier<List<Tokens>> training) {
    boolean hasConstants =
        !own.shared().isEmpty()
            || own.constants().values().stream().anyMatch(arrays -> !arrays.isEmpty());
    if (hasConstants) {
      return Optional.empty();
    }
    return AdapterStarts.started(model, plan, seeds, training)
        .start()
        .filter(other -> !other.parameters().equals(own.parameters()))
        .filter(
            other ->
                own.parameters().keySet().stream()
                    .allMatch(site -> other.shapes(site).equals(own.shapes(site))));
  }
}
