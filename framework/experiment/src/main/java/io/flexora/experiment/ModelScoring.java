package io.flexora.experiment;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.model.Tokens;
import io.flexora.api.report.Provenance;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Scores a model that is not trained for it. */
final class ModelScoring {

  private static final double NANOS = 1e9;

  private final ExperimentConfiguration configuration;
  private final ExperimentInputs inputs;
  private final AdapterImport adapters;
  private final EvaluatorFit fit;

  ModelScoring(
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
  ScoredModel score(
      EvaluationTarget subject, Split split, Monitor monitor, Supplier<Provenance> provenance) {
    List<Tokens> examples = inputs.tokens(split);
    if (examples.isEmpty()) {
      throw new FlexoraException(
          "the dataset has no rows in its split '%s'"
              .formatted(split.name().toLowerCase(Locale.ROOT)));
    }
    fit.require(inputs, split);
    int classes = inputs.examples().classes().size();
    try (OpenedModel opened = OpenedModel.open(subject, inputs, adapters, classes)) {
      long began = System.nanoTime();
      Evaluation evaluation =
          configuration
              .data()
              .evaluator()
              .get()
              .evaluate(
                  CellEvaluation.of(
                      inputs, opened.model(), opened.theta(), examples, opened.manager(), monitor));
      return new ScoredModel(
          subject,
          split,
          opened.model().plan().layers(),
          opened.model().parameters().size(),
          evaluation,
          (System.nanoTime() - began) / NANOS,
          provenance.get());
    }
  }
}
