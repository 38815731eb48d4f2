package io.flexora.experiment.setup;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.selection.Selector;
import io.flexora.results.report.Report;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.FolderName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * An experiment file, option by option: what is trained on what, how its layers are chosen, and
 * what that is compared with.
 *
 * @since 0.1
 */
public record ExperimentConfiguration(
    @Option(
            affects = Effect.NOTHING,
            doc = "Name of the experiment; the run folder's name starts with it.",
            byDefault = "run")
        String name,
    @Option(
            affects = {Effect.SEARCH, Effect.TRAINING},
            doc = "Random seed: splits, initial values, data order, dropout.",
            byDefault = "42",
            min = 0)
        long seed,
    @Option(
            affects = {Effect.MODEL, Effect.DATA},
            doc = "Seed of the data: splits and a task's random choices. Default: seed.",
            min = 0)
        Optional<Long> dataSeed,
    @Option(doc = "The pretrained model.") Component<ModelBackend> model,
    @Inline TaskOptions data,
    @Option(doc = "The selector of the layers to adapt.", byDefault = "flexora")
        Component<Selector> selector,
    @Inline CellOptions cell,
    @Option(
            doc =
                "Further strategies to train and evaluate beside the selector at the same"
                    + " training budget, each under a name of your choice.",
            byDefault = "{}")
        Map<String, Component<Selector>> baselines,
    @Option(
            affects = Effect.SEARCH,
            doc =
                "Number of layers that strategies with layers: same choose. Default: as many as"
                    + " the selector chose.",
            min = 1)
        Optional<Integer> sameLayers,
    @Option(
            affects = Effect.SEARCH,
            doc =
                "Number of trainable parameters of adapters that strategies with selection: budget"
                    + " keep to. Default: those of same_layers, or as many as the selector chose.",
            min = 1)
        Optional<Long> sameParameters,
    @Option(
            affects = Effect.TRAINING,
            doc =
                "Number of optimiser steps of a cell's training; overrides the trainer's own"
                    + " options. Default: as they say.",
            min = 1)
        Optional<Long> trainingSteps,
    @Option(
            affects = Effect.TRAINING,
            doc = "Time limit of a cell's training, such as 90s. Default: none.",
            min = 0,
            minExclusive = true)
        Optional<Duration> timeLimit,
    @Option(
            affects = {Effect.SEARCH, Effect.TRAINING},
            doc = "Apply the time limit to search and training together.",
            byDefault = "false")
        boolean timeLimitIncludesSearch,
    @Option(
            affects = Effect.TRAINING,
            doc =
                "The training's time limit as a multiple of the time limit, or of the part"
                    + " that a search leaves. Default: 1.",
            min = 0,
            minExclusive = true)
        Optional<Double> trainingTimeFactor,
    @Option(
            affects = Effect.DATA,
            doc =
                "Share of the validation examples that are set aside as tuning examples: no search"
                    + " and no training sees them, and the trials of a tuning are judged on them."
                    + " Default: none.",
            min = 0,
            max = 1,
            minExclusive = true,
            maxExclusive = true)
        Optional<Double> tuningShare,
    @Option(
            affects = Effect.EVALUATION,
            doc = "The examples of the evaluation: test, or the tuning examples.",
            byDefault = "test")
        EvaluatedExamples evaluateOn,
    @Option(doc = "The reports to write.", byDefault = "[html]") List<Component<Report>> reports) {

  private static final FolderName FOLDER =
      new FolderName(
          Pattern.compile("[a-z0-9][a-z0-9._+-]*"),
          "lower-case letters, digits, dots, hyphens, underscores and plus signs",
          FolderName.MOST_BYTES);

  private static final FolderName BASELINE =
      new FolderName(
          Pattern.compile("[a-z0-9][a-z0-9._-]*"),
          "lower-case letters, digits, dots, hyphens and underscores",
          FolderName.MOST_BYTES);

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a name cannot be a folder's name, a baseline is called like
   *     the main cell, or there are no examples to evaluate on
   */
  public ExperimentConfiguration {
    FOLDER.require("name", name);
    if (evaluateOn == EvaluatedExamples.TUNING && tuningShare.isEmpty()) {
      throw OptionException.missing(
          "tuning_share",
          "evaluate_on",
          "there are no tuning examples; add 'tuning_share: 0.5', or write test");
    }
    BASELINE.requireKeys("baselines", "baseline", baselines);
    if (baselines.containsKey(RunCell.MAIN)) {
      throw OptionException.ofEntry(
          "baselines",
          RunCell.MAIN,
          "a baseline cannot be named '%s', as the experiment's own cell is"
              .formatted(RunCell.MAIN));
    }
  }

  /**
   * The cells, each with the selector of its layers: the main one first, and behind each that
   * trains those of its posteriors.
   */
  public Map<String, Component<Selector>> cells() {
    Map<String, Component<Selector>> cells = new LinkedHashMap<>();
    addWithPosteriors(cells, RunCell.MAIN, selector);
    baselines.forEach((name, baseline) -> addWithPosteriors(cells, name, baseline));
    return cells;
  }

  private void addWithPosteriors(
      Map<String, Component<Selector>> cells, String name, Component<Selector> of) {
    cells.put(name, of);
    for (String posterior : cell.posteriors().keySet()) {
      cells.put(RunCell.of(name).with(posterior).toString(), of);
    }
  }

  /** The seed of the data. */
  public long seedOfData() {
    return dataSeed.orElse(seed);
  }

  /** The rows of a dataset as the cells see them. */
  public Map<Split, List<Row>> apart(Map<Split, List<Row>> rows) {
    return tuningShare
        .map(
            share ->
                new TuningExamples(share, evaluateOn == EvaluatedExamples.TUNING, seedOfData()))
        .map(tuning -> tuning.apart(rows))
        .orElse(rows);
  }

  /** The configuration of an evaluation on a further test set. */
  public ExperimentConfiguration onTestSet(TestSetOptions testSet) {
    return new ExperimentConfiguration(
        name,
        seed,
        dataSeed,
        model,
        testSet.of(data),
        selector,
        cell,
        baselines,
        sameLayers,
        sameParameters,
        trainingSteps,
        timeLimit,
        timeLimitIncludesSearch,
        trainingTimeFactor,
        Optional.empty(),
        EvaluatedExamples.TEST,
        reports);
  }

  /** The optimiser steps of a training, where they are not left to the trainer. */
  public OptionalLong stepsOfTraining() {
    return trainingSteps.map(OptionalLong::of).orElse(OptionalLong.empty());
  }
}
