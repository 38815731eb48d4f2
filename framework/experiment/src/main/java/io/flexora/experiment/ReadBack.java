package io.flexora.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads an adapter that was just written as any other is read, puts it on the model, and compares
 * what the two say of a few texts.
 */
final class ReadBack {

  private static final List<String> TEXTS =
      List.of(
          "Yes or no?",
          "A river is a large stream of water that flows to the sea.",
          "Question: is 7 + 5 equal to 12?\nAnswer:",
          "She opened the window because the room was too warm, and then");

  private static final double TOLERANCE = 1e-4;

  /**
   * Of layers that compute in 16 bits, where the same change written in another form rounds
   * otherwise: four units of bf16.
   */
  private static final double SHORT_TOLERANCE = 0x1p-6;

  private final ExperimentInputs inputs;
  private final AdapterImport adapters;
  private final AdaptedModel model;
  private final NDArray theta;

  /**
   * Makes the check.
   *
   * @param model the trained model
   * @param theta its parameters
   */
  ReadBack(ExperimentInputs inputs, AdapterImport adapters, AdaptedModel model, NDArray theta) {
    this.inputs = inputs;
    this.adapters = adapters;
    this.model = model;
    this.theta = theta;
  }

  /**
   * Compares.
   *
   * @param folder the adapter's folder
   * @throws FlexoraException if it cannot be read, or gives other scores
   */
  void require(Path folder) {
    compare(folder, this::requireClose);
  }

  /**
   * Tells how far the scores are from those of the trained model, at most: relative to them,
   * absolute where they are below 1.
   *
   * @param folder the adapter's folder
   * @throws FlexoraException if it cannot be read, or gives a score that is no number
   */
  double difference(Path folder) {
    double[] most = {0};
    compare(
        folder,
        (example, expected, actual) -> {
          for (int i = 0; i < expected.length; i++) {
            double difference =
                Math.abs(expected[i] - actual[i]) / Math.max(1, Math.abs(expected[i]));
            if (!Double.isFinite(difference)) {
              requireClose(example, expected, actual);
            }
            most[0] = Math.max(most[0], difference);
          }
        });
    return most[0];
  }

  /** Looks at the scores of an example. */
  private interface Comparison {
    void of(Tokens example, double[] expected, double[] actual);
  }

  private void compare(Path folder, Comparison comparison) {
    int classes = model.plan().classes();
    List<Tokens> examples = examples(classes);
    try (OpenedModel read =
        OpenedModel.open(new EvaluationTarget.Adapter(folder), inputs, adapters, classes)) {
      double[][] expected = scores(model, theta, examples);
      double[][] actual = scores(read.model(), read.theta(), examples);
      for (int i = 0; i < expected.length; i++) {
        comparison.of(examples.get(i), expected[i], actual[i]);
      }
    }
  }

  /** Questions of no dataset, as a model is exported where its data need not be. */
  private List<Tokens> examples(int classes) {
    List<String> choices =
        classes == 0
            ? List.of(" yes", " no")
            : IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return IntStream.range(0, TEXTS.size())
        .mapToObj(i -> new Example("text " + (i + 1), TEXTS.get(i), choices, 0))
        .map(example -> inputs.tokenizer().tokens(example, classes > 0))
        .toList();
  }

  private double[][] scores(AdaptedModel some, NDArray values, List<Tokens> examples) {
    try (NDManager scope = inputs.model().manager().newSubManager()) {
      return some.scores(scope, some.batch(scope, examples), Point.of(values));
    }
  }

  private void requireClose(Tokens example, double[] expected, double[] actual) {
    requireClose(example.example().id(), expected, actual, inputs.shape().computeBytes());
  }

  /**
   * Requires equal scores but for rounding: the root mean square of their differences is small
   * beside that of the scores. A small score is rounded with the large ones that it is made with.
   *
   * @param computeBytes the bytes of a number that the frozen layers compute with
   */
  static void requireClose(String id, double[] expected, double[] actual, int computeBytes) {
    double tolerance = computeBytes < Float.BYTES ? SHORT_TOLERANCE : TOLERANCE;
    double[] differences = new double[expected.length];
    int worst = 0;
    for (int i = 0; i < expected.length; i++) {
      differences[i] = expected[i] - actual[i];
      worst =
          Double.compare(Math.abs(differences[i]), Math.abs(differences[worst])) > 0 ? i : worst;
    }
    double difference = rootMeanSquare(differences);
    double most = tolerance * Math.max(1, rootMeanSquare(expected));
    if (!(difference <= most)) {
      throw new FlexoraException(
          ("the adapter that was written does not give the scores of the trained model: %s instead"
                  + " of %s for choice %d of example %s, and %.2g away on average, where rounding"
                  + " explains %.2g. Nothing was kept; this is a defect of the adapter method or"
                  + " the model's backend")
              .formatted(actual[worst], expected[worst], worst, id, difference, most));
    }
  }

  private static double rootMeanSquare(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).average().orElse(0));
  }
}
