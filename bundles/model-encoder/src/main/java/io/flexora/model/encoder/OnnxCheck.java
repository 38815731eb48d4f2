package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.formats.onnx.OnnxTensor;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.checkpoint.ComputeType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Holds an exported file, read again, against the adapted model that it is made of. The weights and
 * the head are those of the file; what reads the states into the head is this model's own text.
 */
final class OnnxCheck {
  private static final List<Integer> LENGTHS = List.of(1, 3, 7, 12);

  /** Of differences relative to a score, absolute where that is below 1. */
  private static final double TOLERANCE = 1e-3;

  private static final double SHORT_TOLERANCE = 0.1;

  private final FrozenEncoder model;
  private final AdaptedBert adapted;
  private final List<Tokens> texts;

  OnnxCheck(FrozenEncoder model, AdaptedBert adapted) {
    this.model = model;
    this.adapted = adapted;
    BertShape shape = model.file().shape();
    SplittableRandom random = new SplittableRandom(11);
    this.texts =
        LENGTHS.stream()
            .map(length -> Math.min(length, shape.positions()))
            .map(length -> random.ints(length, 0, shape.vocabulary()).toArray())
            .map(ids -> new Tokens(new Example("", "", List.of("a"), 0), ids, List.of(), 0))
            .toList();
  }

  /**
   * Compares what the two say of a few texts.
   *
   * @param theta the trained numbers
   * @throws IOException if the file cannot be read
   * @throws FlexoraException if it computes something else
   */
  void require(Path written, NDArray theta) throws IOException {
    BertFile file = BertFile.of(OnnxFile.read(written));
    AdapterPlan head =
        new AdapterPlan(new NoAdapter(), List.of(), List.of(), adapted.plan().head());
    try (FrozenEncoder merged = model.with(file);
        AdaptedBert bare = new AdaptedBert(merged, head);
        NDManager scope = merged.manager().newSubManager()) {
      double difference = difference(scores(adapted, theta), scores(bare, head(scope, file)));
      double tolerance = model.computeType() == ComputeType.BF16 ? SHORT_TOLERANCE : TOLERANCE;
      if (!(difference <= tolerance)) {
        throw new FlexoraException(
            String.format(
                Locale.ROOT,
                "the export to %s was not kept: read again, its scores differ from the adapted"
                    + " model's by %.3g, and %.3g is the most that its number type explains. Export"
                    + " to peft",
                OnnxExport.FORMAT,
                difference,
                tolerance));
      }
    }
  }

  private NDArray head(NDManager scope, BertFile file) {
    NDArray weight = floats(scope, file.file(), OnnxExport.HEAD_WEIGHT);
    NDArray bias = floats(scope, file.file(), OnnxExport.HEAD_BIAS);
    return weight.concat(bias).toType(model.type(), false);
  }

  private static NDArray floats(NDManager scope, OnnxFile file, String name) {
    OnnxTensor tensor = file.initialisers().get(name);
    return NativeArrays.of(
        scope, file.floats(tensor), new Shape(tensor.elements()), DataType.FLOAT32);
  }

  private double[][] scores(AdaptedBert encoder, NDArray theta) {
    try (NDManager scope = theta.getManager().newSubManager()) {
      return encoder.scores(scope, encoder.batch(scope, texts), Point.of(theta));
    }
  }

  private static double difference(double[][] wanted, double[][] seen) {
    return IntStream.range(0, wanted.length)
        .mapToDouble(text -> difference(wanted[text], seen[text]))
        .max()
        .orElseThrow();
  }

  private static double difference(double[] wanted, double[] seen) {
    return IntStream.range(0, wanted.length)
        .mapToDouble(i -> Math.abs(wanted[i] - seen[i]) / Math.max(1, Math.abs(wanted[i])))
        .max()
        .orElseThrow();
  }
}
