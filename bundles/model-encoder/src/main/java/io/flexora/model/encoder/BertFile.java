package io.flexora.model.encoder;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxNode;
import io.flexora.formats.onnx.OnnxTensor;
import io.flexora.model.encoder.family.Bert;
import io.flexora.model.encoder.family.Encoder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A BERT encoder in an ONNX file: its shape, and its weights by their usual names. */
final class BertFile {
  static final List<String> LINEARS =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");

  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final String POSITIONS = "embeddings.position_embeddings.weight";
  private static final String NORM = "embeddings.LayerNorm.weight";
  private static final String DISTANCES = "attention.self.distance_embedding.weight";

  /** What PyTorch and ONNX take where a layer norm has no epsilon. */
  private static final double USUAL_EPSILON = 1e-5;

  /** Operators of the exact GELU, x / 2 (1 + erf(x / sqrt(2))). */
  private static final Set<String> EXACT_GELU =
      Set.of("Add", "Constant", "Div", "Erf", "Gelu", "Mul");

  /** The first set of operators in which a Gelu may be the one by tanh. */
  private static final int OPERATORS_WITH_GELU = 20;

  /** Operators that compute what several modules of a layer do, or a bias with what follows it. */
  private static final Set<String> FUSED =
      Set.of(
          "Attention",
          "BiasGelu",
          "EmbedLayerNormalization",
          "FusedMatMul",
          "MultiHeadAttention",
          "SkipLayerNormalization");

  private static final Set<String> QUANTISED =
      Set.of("DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "QLinearMatMul");

  private final OnnxFile file;
  private final Map<String, OnnxLinear> linears;
  private final BertGraph graph;
  private final String prefix;
  private final BertShape shape;

  private BertFile(OnnxFile file, String prefix) throws IOException {
    this.file = file;
    this.prefix = prefix;
    this.linears = file.linears();
    this.graph = new BertGraph(file);
    int layers = layers();
    refuseRelatives(layers);
    this.shape = findShape(layers);
  }

  /**
   * Reads the file.
   *
   * @throws FlexoraException if it holds no BERT encoder with float32 weights
   */
  static BertFile of(OnnxFile file) throws IOException {
    refuseQuantised(file);
    String words =
        file.initialisers().keySet().stream()
            .filter(n -> n.endsWith(WORDS))
            .findFirst()
            .orElseThrow(
                () ->
                    new FlexoraException(
                        file.path()
                            + " is not a BERT encoder: it has no weights *."
                            + WORDS
                            + ". Models that this backend knows are exports of FrozenEncoder, such as"
                            + " bge-small-en-v1.5"));
    refuseFused(file);
    refuseSeveralFiles(file);
    return new BertFile(file, words.substring(0, words.length() - WORDS.length()));
  }

  private static void refuseQuantised(OnnxFile file) {
    file.nodes().stream()
        .map(OnnxNode::operator)
        .filter(QUANTISED::contains)
        .findFirst()
        .ifPresent(
            operator -> {
              throw new FlexoraException(
                  file.path()
                      + " is quantised (it has "
                      + operator
                      + " nodes) and cannot be trained; take the float32 export of the model");
            });
  }

  private static void refuseFused(OnnxFile file) {
    file.nodes().stream()
        .map(OnnxNode::operator)
        .filter(FUSED::contains)
        .findFirst()
        .ifPresent(
            operator -> {
              throw notInSteps(file, operator);
            });
  }

  private static FlexoraException notInSteps(OnnxFile file, String operator) {
    return new FlexoraException(
        file.path()
            + " has "
            + operator
            + " nodes, which hide the steps of its layers; export the model with opset_version=18"
            + " and without optimisation");
  }

  private static void refuseSeveralFiles(OnnxFile file) {
    if (file.initialisers().values().stream()
        .anyMatch(tensor -> tensor.storage() == OnnxTensor.Storage.EXTERNAL)) {
      throw new FlexoraException(
          file.path()
              + " keeps its weights in another file; save the model as one file (torch.onnx.export"
              + " does with external_data=False)");
    }
  }

  /** Refuses encoders whose weights are called as BERT's, and that compute something else. */
  private void refuseRelatives(int layers) {
    if (file.initialisers().keySet().stream().anyMatch(name -> name.endsWith(DISTANCES))) {
      throw relative("attention looks at distances between tokens");
    }
    for (OnnxNode node : graph.readers(positions().name())) {
      if (graph.operators("", BertGraph.input(node, 1)).contains("CumSum")) {
        throw relative("positions count from the padding token, as those of RoBERTa do");
      }
    }
    for (int layer = 0; layer < layers; layer++) {
      refuseOtherActivations(layer);
    }
  }

  private void refuseOtherActivations(int layer) {
    Set<String> operators =
        graph.operators(
            graph.outputOf(linear(layer, "intermediate.dense")).orElse(""),
            graph.inputOf(linear(layer, "output.dense")).orElse(""));
    if (operators.contains("Gelu") && file.operatorSet() >= OPERATORS_WITH_GELU) {
      throw notInSteps(file, "Gelu");
    }
    boolean gelu = operators.contains("Erf") || operators.contains("Gelu");
    if (!gelu || !EXACT_GELU.containsAll(operators)) {
      throw relative("the activation of the feed-forward part is not the exact GELU");
    }
  }

  private FlexoraException relative(String why) {
    return new FlexoraException(
        file.path()
            + " is not a BERT encoder: "
            + why
            + ". The model 'onnx' computes such a file, but trains no layers");
  }

  BertShape shape() {
    return shape;
  }

  /** The encoder that the file holds. */
  Encoder encoder() {
    List<Long> types = tensor("embeddings.token_type_embeddings.weight").dimensions();
    return Bert.ofGraph(
        new Encoder.Sizes(
            shape.layers(),
            shape.hidden(),
            shape.heads(),
            shape.intermediate(),
            shape.vocabulary(),
            shape.positions()),
        shape.epsilon(),
        types.get(0).intValue());
  }

  OnnxFile file() {
    return file;
  }

  /** The number of elements of all weights; some exporters keep constants among them. */
  long parameters() {
    return file.initialisers().values().stream()
        .filter(t -> t.elementType() == OnnxTensor.FLOAT && t.elements() > 1)
        .mapToLong(OnnxTensor::elements)
        .sum();
  }

  /** A linear module of a layer. */
  OnnxLinear linear(int layer, String name) {
    OnnxLinear linear = linears.get(path(layer) + name);
    if (linear == null) {
      throw missing("the module " + path(layer) + name);
    }
    return linear;
  }

  /** The bias of a linear module of a layer. */
  OnnxTensor bias(int layer, String name) {
    return linear(layer, name)
        .bias()
        .orElseThrow(() -> missing("the bias of the module " + path(layer) + name));
  }

  /** A tensor of a layer. */
  OnnxTensor tensor(int layer, String name) {
    return tensor("encoder.layer." + layer + "." + name);
  }

  /** A tensor. */
  OnnxTensor tensor(String name) {
    OnnxTensor tensor = file.initialisers().get(prefix + name);
    if (tensor == null) {
      throw missing("the tensor " + prefix + name);
    }
    return tensor;
  }

  private FlexoraException missing(String what) {
    return new FlexoraException(file.path() + " is not a BERT encoder: it lacks " + what);
  }

  private String path(int layer) {
    return prefix + "encoder.layer." + layer + ".";
  }

  private int layers() {
    int layers = 0;
    while (linears.containsKey(path(layers) + LINEARS.get(0))) {
      layers++;
    }
    if (layers == 0) {
      throw missing("the module " + path(0) + LINEARS.get(0));
    }
    return layers;
  }

  /** An exporter that was told one length of texts may keep the rows of this length alone. */
  private OnnxTensor positions() {
    if (!file.initialisers().containsKey(prefix + POSITIONS)) {
      throw missing(
          "the tensor "
              + prefix
              + POSITIONS
              + "; if it was exported for texts of one length, export it with dynamic shapes");
    }
    return tensor(POSITIONS);
  }

  private BertShape findShape(int layers) throws IOException {
    List<Long> words = tensor(WORDS).dimensions();
    return new BertShape(
        layers,
        words.get(1).intValue(),
        heads(layers),
        (int) linear(0, "intermediate.dense").outputs(),
        words.get(0).intValue(),
        positions().dimensions().get(0).intValue(),
        epsilon());
  }

  private int heads(int layers) throws IOException {
    int heads = attention(0).heads();
    for (int layer = 1; layer < layers; layer++) {
      if (attention(layer).heads() != heads) {
        throw relative("its layers have different numbers of attention heads");
      }
    }
    return heads;
  }

  private BertAttention attention(int layer) throws IOException {
    return new BertAttention(
        file.path(), graph, linear(layer, LINEARS.get(0)), linear(layer, LINEARS.get(1)));
  }

  /** The number that the first layer norm adds to a variance. */
  private double epsilon() throws IOException {
    String weight = tensor(NORM).name();
    for (OnnxNode node : graph.readers(weight)) {
      double epsilon =
          node.operator().equals("LayerNormalization")
              ? node.numbers().getOrDefault("epsilon", USUAL_EPSILON)
              : epsilonInSteps(node, weight);
      if (epsilon > 0 && epsilon < 1e-3) {
        return epsilon;
      }
    }
    throw new FlexoraException(file.path() + ": the epsilon of its layer norms is not clear");
  }

  /** Of (x - mean) / sqrt(variance + epsilon), which is then multiplied by the weight. */
  private double epsilonInSteps(OnnxNode times, String weight) throws IOException {
    String normed = BertGraph.input(times, BertGraph.input(times, 0).equals(weight) ? 1 : 0);
    Optional<OnnxNode> sum =
        graph
            .maker(normed, "Div")
            .flatMap(node -> graph.maker(BertGraph.input(node, 1), "Sqrt"))
            .flatMap(node -> graph.maker(BertGraph.input(node, 0), "Add"));
    if (sum.isEmpty()) {
      return Double.NaN;
    }
    double first = graph.number(BertGraph.input(sum.get(), 0));
    return Double.isNaN(first) ? graph.number(BertGraph.input(sum.get(), 1)) : first;
  }
}
