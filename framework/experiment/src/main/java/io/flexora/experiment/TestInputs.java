package io.flexora.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Continuation;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What a cell is evaluated on: the test examples of its own dataset, or a further test set.
 *
 * @param inputs those of the test examples
 * @param reference finds what the cell said of its own test examples, where these are a further
 *     test set whose evaluator is of the same kind; nothing otherwise
 */
record TestInputs(ExperimentInputs inputs, Supplier<List<ScoredExample>> reference) {

  /** The test examples of the cell's own dataset. */
  static TestInputs own(ExperimentInputs inputs) {
    return new TestInputs(inputs, List::of);
  }

  /** A further test set, after the evaluation on these own examples. */
  TestInputs further(ExperimentInputs testSet, Evaluation ofOwn) {
    return new TestInputs(
        testSet, testSet.isScoredAs(inputs) ? () -> paired(ofOwn.predictions()) : List::of);
  }

  /** An ID may be that of several examples, so the order tells them apart. */
  private List<ScoredExample> paired(List<Prediction> predictions) {
    List<Tokens> own = inputs.tokens(Split.TEST);
    List<String> told = predictions.stream().map(Prediction::exampleId).toList();
    if (!told.equals(own.stream().map(tokens -> tokens.example().id()).toList())) {
      throw new FlexoraException(
          ("evaluator '%s' did not give one prediction of each of its %d test examples, in their"
                  + " order, so nothing can be compared with them; this is a mistake of the"
                  + " evaluator")
              .formatted(inputs.evaluatorName(), own.size()));
    }
    return IntStream.range(0, own.size())
        .mapToObj(i -> scored(own.get(i), predictions.get(i)))
        .toList();
  }

  private static ScoredExample scored(Tokens tokens, Prediction prediction) {
    List<Integer> answerTokens = tokens.choices().stream().map(Continuation::answerTokens).toList();
    return new ScoredExample(tokens.example(), prediction, answerTokens);
  }

  /** What is known of them without any training; see {@link ExperimentInputs#untrained}. */
  Optional<Evaluation> untrained() {
    return inputs.untrained();
  }

  /** Keeps what is known of them without any training. */
  void keepUntrained(Evaluation evaluation) {
    inputs.keepUntrained(evaluation);
  }

  /** Evaluates a model on them. */
  Evaluation evaluate(AdaptedModel model, NDArray theta, NDManager manager, Monitor monitor) {
    return inputs
        .evaluator()
        .evaluate(
            CellEvaluation.of(inputs, model, theta, inputs.tokens(Split.TEST), manager, monitor)
                .withReference(reference));
  }
}
