package io.flexora.experiment.use;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.experiment.cell.CellEvaluation;
import io.flexora.experiment.fit.EvaluationFit;
import io.flexora.experiment.fit.EvaluatorFit;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.RunFolder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Scores a model that is not trained for it. */
public final class ModelScoring {

  private static final double NANOS = 1e9;

  private final ExperimentConfiguration configuration;
  private final ExperimentInputs inputs;
  private final AdapterImport adapters;
  private final EvaluatorFit fit;

  /** Makes the scoring of an experiment. */
  public ModelScoring(
      ExperimentConfiguration configuration,
      ExperimentInputs inputs,
      AdapterImport adapters,
      EvaluatorFit fit) {
    this.configuration = configuration;
    this.inputs = inputs;
    this.adapters = adapters;
    this.fit = fit;
  }

  /**
   * Scores the rows of a split.
   *
   * @param provenance tells what computed it, once all that is needed was fetched
   */
  public ScoredModel score(
      EvaluationTarget subject, Split split, Monitor monitor, Supplier<Provenance> provenance) {
    List<Tokens> examples = inputs.data().tokens(split);
    if (examples.isEmpty()) {
      throw new FlexoraException(
          "the dataset has no rows in its split '%s'"
              .formatted(split.name().toLowerCase(Locale.ROOT)));
    }
    fit.require(inputs.data(), split);
    Optional<String> trainedIn = trainedIn(subject, monitor);
    Head head = inputs.data().head();
    if (head.fitsAnswers()) {
      head = OpenedModel.head(subject, inputs);
    }
    try (OpenedModel opened = OpenedModel.open(subject, inputs, adapters, head)) {
      long began = System.nanoTime();
      Evaluation evaluation =
          EvaluationFit.require(
              inputs.data().evaluatorName(),
              configuration
                  .data()
                  .evaluator()
                  .get()
                  .evaluate(
                      CellEvaluation.of(
                          inputs.data(),
                          opened.model(),
                          opened.theta(),
                          examples,
                          opened.manager(),
                          monitor)),
              examples);
      return new ScoredModel(
          subject,
          split,
          opened.model().plan().layers(),
          opened.model().parameters().size(),
          evaluation,
          (System.nanoTime() - began) / NANOS,
          provenance.get(),
          trainedIn);
    }
  }

  /** The type that the run computed in; scores do without it. */
  private static Optional<String> trainedIn(EvaluationTarget subject, Monitor monitor) {
    if (!(subject instanceof EvaluationTarget.Trained trained)) {
      return Optional.empty();
    }
    try {
      return RunFolder.result(trained.run())
          .map(result -> result.main().outcome().versions().get(Provenance.COMPUTE_TYPE));
    } catch (FlexoraException e) {
      monitor.notice("in which type the run computed is not known: " + e.getMessage());
      return Optional.empty();
    }
  }
}
