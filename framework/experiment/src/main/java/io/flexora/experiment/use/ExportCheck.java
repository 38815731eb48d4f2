package io.flexora.experiment.use;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.inputs.ExperimentInputs;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * Reads an adapter that was just written as any other is read, puts it on the model, and compares
 * what the two say of a few texts.
 */
final class ExportCheck {

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

  /** Relative changes of theta within two units of bf16. */
  private static final List<Double> UNNOTICED =
      List.of(-0x1p-8, -0x1p-9, -0x1p-12, 0x1p-12, 0x1p-9, 0x1p-8);

  /** A few changes do not show how far scores move at most. */
  private static final double SAFETY = 2;

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
  ExportCheck(ExperimentInputs inputs, AdapterImport adapters, AdaptedModel model, NDArray theta) {
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
              requireClose(example.example().id(), expected, actual, computeBytes(), 0);
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
    Head head = model.plan().head();
    List<Tokens> examples = examples(head);
    try (OpenedModel read =
        OpenedModel.open(new EvaluationTarget.Adapter(folder), inputs, adapters, head)) {
      double[][] expected = scores(model, theta, examples);
      double[][] actual = scores(read.model(), read.theta(), examples);
      for (int i = 0; i < expected.length; i++) {
        comparison.of(examples.get(i), expected[i], actual[i]);
      }
    }
  }

  /** Questions of no dataset, as a model is exported where its data need not be. */
  private List<Tokens> examples(Head head) {
    List<String> choices = head.isPresent() ? head.classes() : List.of(" yes", " no");
    return IntStream.range(0, TEXTS.size())
        .mapToObj(i -> new Example("text " + (i + 1), TEXTS.get(i), choices, 0))
        .map(example -> inputs.pretrained().tokenizer().tokens(example, head))
        .toList();
  }

  private double[][] scores(AdaptedModel some, NDArray values, List<Tokens> examples) {
    try (NDManager scope = inputs.pretrained().model().manager().newSubManager()) {
      return some.scores(scope, some.batch(scope, examples), Point.of(values));
    }
  }

  private void requireClose(Tokens example, double[] expected, double[] actual) {
    int bytes = computeBytes();
    boolean far = firstFar(expected, actual, bytes, 0).isPresent();
    double rounding =
        far && bytes < Float.BYTES ? rounding(factor -> scores(List.of(example), factor)) : 0;
    requireClose(example.example().id(), expected, actual, bytes, rounding);
  }

  /** Of the model as it was loaded: one that scores may compute in another type than trainings. */
  private int computeBytes() {
    return inputs.pretrained().model().shape().computeBytes();
  }

  private double[] scores(List<Tokens> example, double factor) {
    try (NDArray scaled = theta.mul((float) factor)) {
      return scores(model, scaled, example)[0];
    }
  }

  /**
   * How far a score may be off by rounding, for a model that was trained for so long that its
   * scores move where theta changes by less than 16 bits tell apart.
   *
   * @param scaled the scores with theta times a factor
   */
  static double rounding(DoubleFunction<double[]> scaled) {
    double[] scores = scaled.apply(1);
    double most = 0;
    for (double change : UNNOTICED) {
      double[] moved = scaled.apply(1 + change);
      for (int i = 0; i < scores.length; i++) {
        most = Math.max(most, Math.abs(scores[i] - moved[i]));
      }
    }
    return SAFETY * most;
  }

  /**
   * Requires equal scores but for rounding.
   *
   * @param computeBytes the bytes of a number that the frozen layers compute with
   * @param rounding how far a score may be off in any case
   */
  static void requireClose(
      String id, double[] expected, double[] actual, int computeBytes, double rounding) {
    OptionalInt far = firstFar(expected, actual, computeBytes, rounding);
    if (far.isPresent()) {
      int i = far.getAsInt();
      throw new FlexoraException(
          ("the adapter that was written does not give the scores of the trained model: %s"
                  + " instead of %s for choice %d of example %s. Nothing was kept; this is a"
                  + " defect of the adapter method or the model's backend")
              .formatted(actual[i], expected[i], i, id));
    }
  }

  private static OptionalInt firstFar(
      double[] expected, double[] actual, int computeBytes, double rounding) {
    double tolerance = computeBytes < Float.BYTES ? SHORT_TOLERANCE : TOLERANCE;
    return IntStream.range(0, expected.length)
        .filter(
            i -> {
              double most = Math.max(tolerance * Math.max(1, Math.abs(expected[i])), rounding);
              return !(Math.abs(expected[i] - actual[i]) <= most);
            })
        .findFirst();
  }
}
