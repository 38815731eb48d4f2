package io.flexora.model.encoder;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxNode;
import io.flexora.formats.onnx.OnnxTensor;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

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
  private static final String DISTANCES = "attention.self.distance_embedding.weight";

  /** Operators of activations that are not BERT's, the exact GELU. */
  private static final Set<String> OTHER_ACTIVATIONS =
      Set.of(
          "Elu",
          "FastGelu",
          "LeakyRelu",
          "QuickGelu",
          "Relu",
          "Selu",
          "Sigmoid",
          "Softplus",
          "Softsign",
          "Tanh");

  private static final Set<String> QUANTISED =
      Set.of("DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "QLinearMatMul");

  private final OnnxFile file;
  private final Map<String, OnnxLinear> linears;
  private final String prefix;
  private final BertShape shape;

  private BertFile(OnnxFile file, String prefix) throws IOException {
    this.file = file;
    this.prefix = prefix;
    this.linears = file.linears();
    refuseRelatives();
    this.shape = findShape();
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
                            + ". Models that this backend knows are exports of BertModel, such as"
                            + " bge-small-en-v1.5"));
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

  /** Refuses encoders whose weights are called as BERT's, and that compute something else. */
  private void refuseRelatives() {
    if (has("embeddings/", Set.of("CumSum"))) {
      throw relative("positions count from the padding token, as those of RoBERTa do");
    }
    if (has("encoder/layer\\.0/intermediate/", OTHER_ACTIVATIONS)) {
      throw relative("the activation of the feed-forward part is not the exact GELU");
    }
    if (file.initialisers().keySet().stream().anyMatch(name -> name.endsWith(DISTANCES))) {
      throw relative("attention looks at distances between tokens");
    }
  }

  private boolean has(String part, Set<String> operators) {
    return nodes(part).stream().map(OnnxNode::operator).anyMatch(operators::contains);
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

  OnnxFile file() {
    return file;
  }

  /** The number of elements of all weights. */
  long parameters() {
    return file.initialisers().values().stream()
        .filter(t -> t.elementType() == OnnxTensor.FLOAT)
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

  private BertShape findShape() throws IOException {
    List<Long> words = tensor(WORDS).dimensions();
    int layers = 0;
    while (linears.containsKey(path(layers) + LINEARS.get(0))) {
      layers++;
    }
    if (layers == 0) {
      throw missing("the module " + path(0) + LINEARS.get(0));
    }
    int hidden = words.get(1).intValue();
    return new BertShape(
        layers,
        hidden,
        heads(hidden),
        (int) linear(0, "intermediate.dense").outputs(),
        words.get(0).intValue(),
        tensor("embeddings.position_embeddings.weight").dimensions().get(0).intValue(),
        epsilon());
  }

  /**
   * The graph splits the states into heads by a reshape to [heads, head size]; no weight tells how.
   */
  private int heads(int hidden) throws IOException {
    Set<Long> small = new HashSet<>();
    for (OnnxTensor constant : constants("encoder/layer\\.0/attention/self/")) {
      if (constant.elementType() == OnnxTensor.INT64) {
        long[] values = file.integers(constant);
        for (int i = values.length - 1; i >= Math.max(0, values.length - 2); i--) {
          small.add(values[i]);
        }
      }
    }
    List<Long> pairs =
        small.stream()
            .filter(heads -> heads > 1 && heads < hidden && hidden % heads == 0)
            .filter(heads -> small.contains(hidden / heads))
            .sorted()
            .toList();
    return headsOf(pairs, hidden);
  }

  private int headsOf(List<Long> pairs, int hidden) throws IOException {
    double scale = scoreScale();
    for (long heads : pairs) {
      double size = (double) hidden / heads;
      if (Math.abs(scale * scale - size) < 1e-3 * size) {
        return (int) heads;
      }
    }
    throw new FlexoraException(
        file.path()
            + ": the number of attention heads is not clear from the graph; export the model with"
            + " Optimum or torch.onnx, without fusing its attention");
  }

  /** The number that the graph divides attention scores by: the square root of the head size. */
  private double scoreScale() throws IOException {
    for (OnnxNode node : nodes("encoder/layer\\.0/attention/self/")) {
      boolean scales = node.operator().equals("Div") || node.operator().equals("Mul");
      if (scales && node.inputs().size() == 2) {
        double value = scalar(node.inputs().get(1));
        if (value > 0) {
          return node.operator().equals("Div") ? value : 1 / value;
        }
      }
    }
    return -1;
  }

  private double scalar(String name) {
    return file.nodes().stream()
        .filter(n -> n.outputs().contains(name))
        .flatMap(n -> n.tensors().values().stream())
        .filter(t -> t.elementType() == OnnxTensor.FLOAT && t.elements() == 1)
        .mapToDouble(t -> file.floats(t).get(0))
        .findFirst()
        .orElse(-1);
  }

  /** The number added to a variance: the small positive constant of the first layer norm. */
  private double epsilon() {
    return nodes("embeddings/LayerNorm").stream()
        .flatMap(this::epsilons)
        .filter(e -> e > 0 && e < 1e-3)
        .findFirst()
        .orElseThrow(
            () ->
                new FlexoraException(file.path() + ": the epsilon of its layer norms is not clear"))
        .doubleValue();
  }

  private java.util.stream.Stream<Double> epsilons(OnnxNode node) {
    return java.util.stream.Stream.concat(
        java.util.stream.Stream.ofNullable(node.numbers().get("epsilon")),
        node.tensors().values().stream()
            .filter(t -> t.elementType() == OnnxTensor.FLOAT && t.elements() == 1)
            .map(t -> (double) file.floats(t).get(0)));
  }

  private List<OnnxTensor> constants(String part) {
    return nodes(part).stream().flatMap(n -> n.tensors().values().stream()).toList();
  }

  private List<OnnxNode> nodes(String part) {
    Pattern pattern = Pattern.compile(part);
    return file.nodes().stream().filter(n -> pattern.matcher(n.name()).find()).toList();
  }
}
