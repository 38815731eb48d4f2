package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.formats.onnx.OnnxCopy;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxNode;
import io.flexora.formats.onnx.OnnxTensor;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.AdapterConstants;
import io.flexora.numerics.vector.ThetaParts;
import io.flexora.transformers.encoder.EncoderModel;
import io.flexora.transformers.export.ClassifierFolder;
import io.flexora.transformers.export.ExportFolder;
import io.flexora.transformers.model.AdaptedTransformer;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Saves an adapted encoder as the ONNX file it came from, with the adapters merged into its weights
 * and the head's {@code logits} {@code [batch, classes]} as the first output. Before the folder
 * gets its name, the file is read again and has to compute what the adapted model computes.
 */
final class OnnxExport {
  static final String FORMAT = "onnx";
  static final String FILE = "model.onnx";

  static final String HEAD_WEIGHT = "flexora.classifier.weight";
  static final String HEAD_BIAS = "flexora.classifier.bias";

  private static final String STATES = "last_hidden_state";
  private static final String ATTENTION_MASK = "attention_mask";
  private static final String TOKEN_TYPES = "token_type_ids";
  private static final String LOGITS = "logits";

  private final EncoderModel model;
  private final BertFile source;
  private final OnnxFile file;
  private final AdapterPlan plan;
  private final ParameterIndex index;
  private final OnnxCopy copy;

  /** The comparison of a written file with the adapted model. */
  interface Check {
    /** Throws if the file cannot be read, or computes something else. */
    void require(Path written) throws IOException;
  }

  /**
   * An export of a model.
   *
   * @param source the file that the model was loaded from
   */
  OnnxExport(EncoderModel model, BertFile source, AdaptedTransformer adapted) {
    this.model = model;
    this.source = source;
    this.file = source.file();
    this.plan = adapted.plan();
    this.index = adapted.parameters();
    this.copy = new OnnxCopy(file);
  }

  /**
   * Refuses what cannot be exported.
   *
   * @throws IOException if the folder cannot be read
   * @throws FlexoraException if the folder holds anything but an earlier export, the model's own
   *     file among it, or the file takes no head
   */
  void requirePossible(Path folder) throws IOException {
    ExportFolder.requireReplaceable(
        folder,
        file.path(),
        ClassifierFolder.SERVING,
        name -> name.equals(FILE) || ClassifierFolder.FILES.contains(name));
    requireTakesHead();
  }

  /**
   * Writes the folder of a classifier whole or not at all.
   *
   * @param classes their names; empty if the head's outputs have none
   * @param tokenizer the {@code tokenizer.json} to copy
   * @param folder the folder to write, in place of an earlier export
   * @param check compares the written file with the adapted model before the folder gets its name
   * @throws FlexoraException if the folder cannot be written, or the check throws it
   */
  void write(NDArray theta, List<String> classes, Path tokenizer, Path folder, Check check) {
    DurableFolder.write(
        folder,
        staging -> {
          classifier(classes).write(staging.path(), tokenizer);
          Path written = staging.path().resolve(FILE);
          writeModel(theta, written);
          check.require(written);
        });
  }

  private void writeModel(NDArray theta, Path written) {
    try (NDManager scope = model.manager().newSubManager()) {
      adapters(theta).forEach((place, values) -> merge(scope, place, arrays(scope, values)));
      head(theta);
      copy.write(written);
    }
  }

  private ClassifierFolder classifier(List<String> classes) {
    BertShape shape = source.shape();
    Map<String, Object> architecture = new LinkedHashMap<>();
    architecture.put("architectures", List.of("BertForSequenceClassification"));
    architecture.put("model_type", "bert");
    architecture.put("num_hidden_layers", shape.layers());
    architecture.put("hidden_size", shape.hidden());
    architecture.put("num_attention_heads", shape.heads());
    architecture.put("intermediate_size", shape.intermediate());
    architecture.put("vocab_size", shape.vocabulary());
    architecture.put("max_position_embeddings", shape.positions());
    architecture.put("layer_norm_eps", shape.epsilon());
    return new ClassifierFolder(
        architecture, classes, model.shape().maxTokens(), file.inputs().contains(TOKEN_TYPES));
  }

  private void requireTakesHead() {
    if (plan.head().classes().isEmpty()) {
      throw new FlexoraException(
          "the head '%s' cannot be written as ONNX, only one of classes; export to peft"
              .formatted(plan.head().kind()));
    }
    if (!file.outputs().contains(STATES)) {
      throw new FlexoraException(
          file.path() + " has no output " + STATES + " that a head could be appended to");
    }
    if (file.outputs().contains(LOGITS)) {
      throw new FlexoraException(
          "%s has an output %s already, of the head that it was exported with; export the adapter (peft), or train on the encoder that the file was made from"
              .formatted(file.path(), LOGITS));
    }
  }

  /** A module of a layer. */
  private record Place(int layer, ModuleShape module) {}

  /** A piece of theta. */
  private record Piece(NDArray theta, Slice slice) {
    NDArray array(NDManager scope) {
      return ThetaParts.of(scope, theta, slice);
    }

    float[] values() {
      try (NDManager scope = theta.getManager().newSubManager()) {
        return array(scope).toType(DataType.FLOAT32, false).toFloatArray();
      }
    }
  }

  private Map<Place, List<Piece>> adapters(NDArray theta) {
    Map<Place, List<Piece>> pieces = new LinkedHashMap<>();
    for (Slice slice : index.slices()) {
      if (slice.owner() instanceof Slice.Adapter adapter) {
        pieces
            .computeIfAbsent(
                new Place(adapter.layer(), adapter.module()), place -> new ArrayList<>())
            .add(new Piece(theta, slice));
      }
    }
    return pieces;
  }

  private static List<NDArray> arrays(NDManager scope, List<Piece> pieces) {
    return pieces.stream().map(piece -> piece.array(scope)).toList();
  }

  private void merge(NDManager scope, Place place, List<NDArray> values) {
    String path = EncoderModules.inLayer(place.module());
    OnnxLinear linear = source.linear(place.layer(), path);
    NDArray stored = stored(scope, linear.weight());
    NDArray weight = linear.transposed() ? stored.transpose() : stored;
    List<NDArray> constants =
        AdapterConstants.of(
            scope, plan, new AdapterSite(place.layer(), place.module()), model.type());
    AdapterChange change = new AdapterChange(scope, plan.method());
    NDArray merged = weight.add(change.ofMatrix(scope, weight, values, constants));
    replace(linear, linear.weight(), linear.transposed() ? merged.transpose() : merged);
    linear
        .bias()
        .ifPresent(
            tensor -> {
              NDArray bias = stored(scope, tensor);
              change
                  .bias(scope, bias, weight, values, constants)
                  .ifPresent(moved -> replace(linear, tensor, moved));
            });
  }

  private void replace(OnnxLinear linear, OnnxTensor tensor, NDArray values) {
    refuseShared(linear, tensor);
    copy.replace(tensor, values.toType(DataType.FLOAT32, false).toFloatArray());
  }

  private NDArray stored(NDManager scope, OnnxTensor tensor) {
    Shape shape = new Shape(tensor.dimensions().stream().mapToLong(d -> d).toArray());
    return NativeArrays.of(scope, file.floats(tensor), shape, DataType.FLOAT32)
        .toType(model.type(), false);
  }

  private void refuseShared(OnnxLinear linear, OnnxTensor tensor) {
    long users = file.nodes().stream().filter(n -> n.inputs().contains(tensor.name())).count();
    if (users > 1) {
      throw new FlexoraException(
          file.path()
              + ": the "
              + (linear.weight().equals(tensor) ? "weight" : "bias")
              + " of "
              + linear.name()
              + " is shared by "
              + users
              + " nodes, so that an adapter cannot be merged into one of them");
    }
  }

  private void head(NDArray theta) {
    int hidden = model.shape().hiddenSize();
    long classes = plan.head().classes().size();
    List<Slice> slices = index.ofHead();
    copy.append(
        HEAD_WEIGHT, List.of(classes, (long) hidden), new Piece(theta, slices.get(0)).values());
    copy.append(HEAD_BIAS, List.of(classes), new Piece(theta, slices.get(1)).values());
    String pooled = model.pooling() == Pooling.CLS ? first() : mean(hidden);
    copy.append(
        OnnxNode.of(
            "Gemm", List.of(pooled, HEAD_WEIGHT, HEAD_BIAS), LOGITS, Map.of("transB", 1.0)));
    copy.prependOutput(LOGITS, List.of("batch", String.valueOf(classes)));
  }

  private String first() {
    copy.append("flexora.first", List.of(), new long[] {0});
    return node("Gather", "flexora.pooled", Map.of("axis", 1.0), STATES, "flexora.first");
  }

  /** With a mask m of zeros and ones, the mean is m H / m mᵀ; only operators of every version. */
  private String mean(int hidden) {
    copy.append("flexora.row", List.of(3L), new long[] {0, 1, -1});
    copy.append("flexora.flat", List.of(2L), new long[] {0, hidden});
    String number = node("Cast", "flexora.mask", Map.of("to", 1.0), ATTENTION_MASK);
    String row = node("Reshape", "flexora.mask_row", Map.of(), number, "flexora.row");
    copy.append("flexora.column", List.of(3L), new long[] {0, -1, 1});
    String column = node("Reshape", "flexora.mask_column", Map.of(), number, "flexora.column");
    String sum = node("MatMul", "flexora.sum", Map.of(), row, STATES);
    String count = node("MatMul", "flexora.count", Map.of(), row, column);
    String mean = node("Div", "flexora.mean", Map.of(), sum, count);
    return node("Reshape", "flexora.pooled", Map.of(), mean, "flexora.flat");
  }

  private String node(
      String operator, String output, Map<String, Double> numbers, String... inputs) {
    copy.append(OnnxNode.of(operator, List.of(inputs), output, numbers));
    return output;
  }
}
