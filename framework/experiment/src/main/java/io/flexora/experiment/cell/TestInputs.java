package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.Monitor;
import io.flexora.experiment.fit.EvaluationFit;
import io.flexora.experiment.inputs.ExperimentData;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The data of an evaluation of a cell: the test examples of its own dataset, or a further test set.
 *
 * @param data the test examples
 * @param reference finds what the cell said of its own test examples, where these are a further
 *     test set whose evaluator is of the same kind; nothing otherwise
 */
record TestInputs(ExperimentData data, Supplier<List<ScoredExample>> reference) {

  /** The test examples of the cell's own dataset. */
  static TestInputs own(ExperimentData data) {
    return new TestInputs(data, List::of);
  }

  /** A further test set, after the evaluation on these own examples. */
  TestInputs further(ExperimentData testSet, Evaluation ofOwn) {
    return new TestInputs(
        testSet, testSet.isScoredAs(data) ? () -> paired(ofOwn.predictions()) : List::of);
  }

  /** There is one prediction of each, in order, as was checked where they were made. */
  private List<ScoredExample> paired(List<Prediction> predictions) {
    List<Tokens> own = data.tokens(Split.TEST);
    return IntStream.range(0, own.size())
        .mapToObj(i -> scored(own.get(i), predictions.get(i)))
        .toList();
  }

  private static ScoredExample scored(Tokens tokens, Prediction prediction) {
    List<Integer> answerTokens = tokens.choices().stream().map(Continuation::answerTokens).toList();
    return new ScoredExample(tokens.example(), prediction, answerTokens);
  }

  /** What is known of them without any training; see {@link ExperimentData#untrained}. */
  Optional<Evaluation> untrained() {
    return data.untrained();
  }

  /** Keeps what is known of them without any training. */
  void keepUntrained(Evaluation evaluation) {
    data.keepUntrained(evaluation);
  }

  /** Evaluates a model on them. */
  Evaluation evaluate(AdaptedModel model, NDArray theta, NDManager manager, Monitor monitor) {
    List<Tokens> examples = data.tokens(Split.TEST);
    Evaluation evaluation =
        data.evaluator()
            .evaluate(
                CellEvaluation.of(data, model, theta, examples, manager, monitor)
                    .withReference(reference));
    return EvaluationFit.require(data.evaluatorName(), evaluation, examples);
  }
}
