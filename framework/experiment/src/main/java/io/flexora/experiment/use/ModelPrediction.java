package io.flexora.experiment.use;

import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Row;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.task.PredictionTask;
import io.flexora.experiment.cell.CellEvaluation;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;
import java.util.List;
import java.util.stream.IntStream;

/** Lets a model answer rows whose answers are not known. */
public final class ModelPrediction {

  private final PredictionTask task;
  private final ExperimentInputs inputs;

  /**
   * Makes the predictions of an experiment.
   *
   * @throws FlexoraException if its task cannot ask
   */
  public ModelPrediction(ExperimentConfiguration configuration, ExperimentInputs inputs) {
    this.task = task(configuration);
    this.inputs = inputs;
  }

  /** The task, as one that can ask. */
  public static PredictionTask task(ExperimentConfiguration configuration) {
    var task = configuration.data().task();
    if (task.get() instanceof PredictionTask asking) {
      return asking;
    }
    throw new FlexoraException(
        "task '%s' cannot ask about rows whose answers are not known, so nothing can be predicted; \"flexora generate\" answers a text"
            .formatted(task.name()));
  }

  /** Opens a model, and answers rows, in their order. */
  public List<PredictedRow> predict(
      EvaluationTarget subject, AdapterImport adapters, List<Row> rows, Monitor monitor) {
    Head head = OpenedModel.head(subject, inputs);
    List<Tokens> questions = questions(rows, head);
    try (OpenedModel opened = OpenedModel.open(subject, inputs, adapters, head)) {
      return scored(opened, questions, monitor).stream()
          .map(scored -> answered(head, scored))
          .toList();
    }
  }

  /** The tokens of the questions that rows ask; none of the weights is needed. */
  List<Tokens> questions(List<Row> rows, Head head) {
    return task.questions(rows, head).stream()
        .map(question -> inputs.pretrained().tokenizer().tokens(question, head))
        .toList();
  }

  /** Scores questions, in their order. */
  List<ScoredExample> scored(OpenedModel opened, List<Tokens> questions, Monitor monitor) {
    BatchLimit most =
        inputs.data().evaluator().batchLimit().orElseGet(() -> BatchLimit.ofExamples(1));
    try (NDManager scope = opened.manager().newSubManager()) {
      CellEvaluation context =
          CellEvaluation.of(
              inputs.data(), opened.model(), opened.theta(), questions, scope, monitor);
      return new Scorer(new ScoringBatches(most)).score(context, false).examples();
    }
  }

  /** The answer to a row. */
  static PredictedRow answered(Head head, ScoredExample scored) {
    Prediction prediction = scored.prediction();
    if (!prediction.isChoice()) {
      return new PredictedRow(
          scored.example().id(),
          List.of(
              new PredictedRow.PredictedAnswer(
                  head.words(scored.example(), prediction.answer()), Double.NaN)));
    }
    List<Double> scores = prediction.scores();
    double highest = scores.get(prediction.predicted());
    double sum = scores.stream().mapToDouble(score -> Math.exp(score - highest)).sum();
    List<String> choices = scored.example().choices();
    return new PredictedRow(
        scored.example().id(),
        IntStream.range(0, choices.size())
            .mapToObj(
                i ->
                    new PredictedRow.PredictedAnswer(
                        choices.get(i).strip(), Math.exp(scores.get(i) - highest) / sum))
            .toList());
  }
}
