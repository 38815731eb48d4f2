package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Split;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selector;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunMonitor;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * One cell of a posterior: fitted to what another cell has trained, then evaluated. If that is
 * trained again, so is this made again.
 */
public final class PosteriorRun {

  private final RunScope run;
  private final ExperimentInputs inputs;
  private final RunCell name;
  private final CellFolder base;
  private final CellFolder folder;
  private final CellPhases phases;

  /** Makes the cell of a posterior; nothing is read or written yet. */
  public PosteriorRun(RunScope run, ExperimentInputs inputs, RunCell name) {
    this.run = run;
    this.inputs = inputs;
    this.name = name;
    this.base = run.folder().cell(name.trained());
    this.folder = run.folder().cell(name.toString());
    this.phases = new CellPhases(run, name.toString());
  }

  /**
   * Runs the cell, or what is left of it.
   *
   * @param selector the selector of the trained cell
   * @param trained the outcome of the trained cell
   */
  public CellOutcome run(Component<Selector> selector, CellOutcome trained) {
    trained
        .failure()
        .ifPresent(
            cause -> {
              throw new FlexoraException(
                  "cell '%s' failed, whose trained parameters it is made of"
                      .formatted(name.trained()));
            });
    phases.removeDamaged(folder);
    begin(new CellFolder.TrainedParameters(name.trained(), base.thetaHash().orElseThrow()));
    Optional<CellOutcome> ended = folder.success();
    if (ended.isPresent()) {
      return ended.get();
    }
    TrainedCell cell = TrainedCell.in(base);
    try (AdaptedModel model = inputs.adapters().adapt(cell.selection(), base);
        NDManager manager = inputs.pretrained().model().manager().newSubManager()) {
      NDArray theta = Theta.of(manager, model, cell.theta());
      Predictive predictive =
          phases.measured(Phase.TRAIN, () -> fitted(selector, model, theta, manager));
      CellEvaluations evaluations =
          phases.evaluated(
              inputs.data(),
              folder,
              CellPhases.evaluating(new PredictiveModel(model, predictive), theta, manager));
      CellOutcome outcome = outcome(trained, predictive, evaluations);
      folder.writeOutcome(outcome);
      return outcome;
    }
  }

  private void begin(CellFolder.TrainedParameters now) {
    if (folder.base().isPresent() && !folder.base().get().equals(now)) {
      run.folder()
          .restart(name.toString(), "cell '%s' was trained again".formatted(name.trained()));
    }
    folder.begin(run.code().apply(name.toString()));
    if (folder.base().isEmpty()) {
      folder.writeBase(now);
    }
  }

  private Predictive fitted(
      Component<Selector> selector, AdaptedModel model, NDArray theta, NDManager manager) {
    RunMonitor monitor = run.monitor(name.toString(), Phase.TRAIN.word());
    Posterior posterior = posterior().get();
    boolean trained =
        model.parameters().size() > 0 && !inputs.training().start(selector).isComplete();
    if (!trained && averagesTrainings(posterior)) {
      run.monitor(name.toString(), "").notice(nothingTrained());
      Point point = Point.of(theta);
      return (scope, examples, batch) -> model.scores(scope, batch, point);
    }
    FurtherTrainings trainings = new FurtherTrainings(run, inputs, name, selector);
    List<NDArray> snapshots =
        new SnapshotStore(base, List.of())
            .read(posterior.snapshots()).stream()
                .map(values -> Theta.of(manager, model, values))
                .toList();
    Seeds seeds = new Seeds(run.configuration().seed());
    Predictive predictive =
        posterior.fit(
            new CellPosterior(
                model,
                theta,
                inputs.data().tokens(Split.TRAIN),
                inputs.data().tokens(Split.VALIDATION),
                snapshots,
                number -> trainings.theta(model, manager, number),
                seeds,
                manager,
                monitor));
    monitor.event(new Event.Own("posterior_fitted", predictive.figures()));
    numbers(predictive.figures()).ifPresent(monitor::notice);
    return predictive;
  }

  /** Whether it is made of more than the parameters that the training ends with. */
  private boolean averagesTrainings(Posterior posterior) {
    return posterior.snapshots().count() > 0
        || posterior.cost(inputs.training().posteriorSetting()).trainings() > 0;
  }

  private String nothingTrained() {
    return "Cell '%s' trains nothing that posterior '%s' could average: it predicts as the model does."
        .formatted(name.trained(), name.posterior().orElseThrow());
  }

  /** The figures that are one number, such as a temperature. */
  private Optional<String> numbers(Map<String, Figure> figures) {
    String numbers =
        new TreeMap<>(figures)
            .entrySet().stream()
                .filter(figure -> figure.getValue().number().isPresent())
                .map(
                    figure ->
                        String.format(
                            Locale.ROOT,
                            "%s %.4g",
                            figure.getKey().replace('_', ' '),
                            figure.getValue().number().getAsDouble()))
                .collect(Collectors.joining(", "));
    return Optional.of("Posterior '%s': %s.".formatted(name.posterior().orElseThrow(), numbers))
        .filter(told -> !numbers.isEmpty());
  }

  private Component<Posterior> posterior() {
    return run.configuration().cell().posteriors().get(name.posterior().orElseThrow());
  }

  /** What the trained cell took counts, too. */
  private CellOutcome outcome(
      CellOutcome trained, Predictive predictive, CellEvaluations evaluations) {
    List<RunEvent> record = run.record();
    Map<String, Double> seconds = new HashMap<>(phases.seconds(record));
    seconds.merge(Phase.SEARCH.word(), trained.seconds(Phase.SEARCH), Double::sum);
    seconds.merge(Phase.TRAIN.word(), trained.seconds(Phase.TRAIN), Double::sum);
    Map<String, Long> memory = new HashMap<>(phases.peakMemoryBytes(record));
    List.of(Phase.SEARCH, Phase.TRAIN)
        .forEach(
            phase ->
                memory.merge(
                    phase.word(),
                    trained.peakMemoryBytes().getOrDefault(phase.word(), 0L),
                    Math::max));
    return trained
        .changed()
        .seed(run.configuration().seed())
        .metrics(evaluations.own().metrics())
        .figures(predictive.figures())
        .deciding(Optional.of(evaluations.own().deciding()))
        .testSets(evaluations.outcomes())
        .seconds(seconds)
        .peakMemoryBytes(memory)
        .versions(run.versions())
        .build();
  }

  /** The context of the posterior of a cell. */
  private record CellPosterior(
      AdaptedModel model,
      NDArray theta,
      List<Tokens> training,
      List<Tokens> validation,
      List<NDArray> snapshots,
      IntFunction<NDArray> trainings,
      Seeds seeds,
      NDManager manager,
      Monitor monitor)
      implements PosteriorContext {

    @Override
    public NDArray snapshot(int number) {
      return trainings.apply(number);
    }
  }
}
