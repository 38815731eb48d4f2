package io.flexora.model.encoder;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The attention of a layer, softmax(s Q Kᵀ + mask) V with s = 1 / sqrt(head size). No weight tells
 * the number of heads, but the graph does: it reshapes queries and keys to {@code [..., heads, head
 * size]}. It may apply s to the scores or a part of it to both factors, as a constant or computed
 * from the shape of the queries.
 */
final class BertAttention {
  private static final double TOLERANCE = 1e-5;
  private static final Set<String> SCALES = Set.of("Div", "Mul");

  private final Path file;
  private final BertGraph graph;
  private final OnnxNode query;
  private final OnnxNode key;
  private final long width;
  private final long headSize;

  /** The queries on their way from the reshape to the scores. */
  private final Set<String> queries = new HashSet<>();

  /**
   * Looks at the reshapes.
   *
   * @throws FlexoraException if they do not tell the size of a head
   */
  BertAttention(Path file, BertGraph graph, OnnxLinear query, OnnxLinear key) throws IOException {
    this.file = file;
    this.graph = graph;
    this.query = reshape(query);
    this.key = reshape(key);
    this.width = query.outputs();
    this.headSize = headSize(this.query);
    if (headSize(this.key) != headSize) {
      throw unclear("queries and keys are split differently");
    }
  }

  /**
   * The number of heads.
   *
   * @throws FlexoraException if the scores are not those of a BERT with this number
   */
  int heads() throws IOException {
    Way fromQuery = way(BertGraph.output(query), Set.of("Transpose"), "MatMul", queries);
    Way fromKey =
        way(BertGraph.output(key), Set.of("Reshape", "Transpose"), "MatMul", new HashSet<>());
    OnnxNode product = fromQuery.end();
    if (!product.equals(fromKey.end())
        || !product.inputs().equals(List.of(fromQuery.last(), fromKey.last()))) {
      throw unclear("queries and keys do not meet in one product");
    }
    Way scores = way(BertGraph.output(product), Set.of("Add"), "Softmax", new HashSet<>());
    double scale = fromQuery.factor() * fromKey.factor() * scores.factor();
    // NaN is not close to anything.
    if (!(Math.abs(scale * Math.sqrt((double) headSize) - 1) < TOLERANCE)) {
      throw unclear("for heads of size " + headSize + " the scores are scaled by " + scale);
    }
    return Math.toIntExact(width / headSize);
  }

  private OnnxNode reshape(OnnxLinear linear) {
    return graph
        .outputOf(linear)
        .flatMap(graph::onlyReader)
        .filter(node -> node.operator().equals("Reshape"))
        .orElseThrow(() -> unclear(linear.name() + " is not reshaped"));
  }

  private long headSize(OnnxNode reshape) throws IOException {
    List<Long> shape = graph.lastDimensions(BertGraph.input(reshape, 1));
    int rank = shape.size();
    long last = rank > 0 ? shape.get(rank - 1) : 0;
    long before = rank > 1 ? shape.get(rank - 2) : -1;
    long size = last == -1 && before > 0 ? width / before : last;
    boolean fits = size > 0 && width % size == 0 && (before < 0 || before == width / size);
    if (!fits) {
      throw unclear("the shape of a reshape ends with " + shape);
    }
    return size;
  }

  /** A way through the graph: its end, the value that is read there, and what it was scaled by. */
  private record Way(OnnxNode end, String last, double factor) {}

  private Way way(String from, Set<String> passed, String end, Set<String> values)
      throws IOException {
    String value = from;
    double factor = 1;
    for (int step = 0; step < BertGraph.MOST_STEPS; step++) {
      values.add(value);
      OnnxNode node =
          graph
              .onlyReader(value)
              .orElseThrow(() -> unclear("queries, keys or scores are read more than once"));
      if (node.operator().equals(end)) {
        return new Way(node, value, factor);
      }
      factor *= factor(node, value, passed);
      value = BertGraph.output(node);
    }
    throw unclear("its attention has too many nodes");
  }

  /** What a node multiplies a value by. */
  private double factor(OnnxNode node, String value, Set<String> passed) throws IOException {
    String operator = node.operator();
    if (passed.contains(operator)) {
      return 1;
    }
    if (!SCALES.contains(operator)) {
      throw unclear("its attention has " + operator + " nodes");
    }
    boolean first = BertGraph.input(node, 0).equals(value);
    double other = number(BertGraph.input(node, first ? 1 : 0), 0);
    if (Double.isNaN(other) || (operator.equals("Div") && !first)) {
      throw unclear("the scores are scaled by what is neither a constant nor the size of a head");
    }
    return operator.equals("Mul") ? other : 1 / other;
  }

  /** A number as a constant or computed from the size of a head; NaN if it is neither. */
  private double number(String value, int step) throws IOException {
    double constant = graph.number(value);
    if (!Double.isNaN(constant) || graph.maker(value).isEmpty() || step == BertGraph.MOST_STEPS) {
      return constant;
    }
    OnnxNode node = graph.maker(value).orElseThrow();
    String first = BertGraph.input(node, 0);
    String second = BertGraph.input(node, 1);
    return switch (node.operator()) {
      case "Cast", "Identity", "Squeeze", "Unsqueeze" -> number(first, step + 1);
      case "Sqrt" -> Math.sqrt(number(first, step + 1));
      case "Div" -> number(first, step + 1) / number(second, step + 1);
      case "Gather" -> lastDimension(isShapeOfQueries(first) && isLast(second));
      case "Slice" -> {
        boolean toEnd = graph.number(BertGraph.input(node, 2)) > 3;
        yield lastDimension(isShapeOfQueries(first) && isLast(second) && toEnd);
      }
      default -> Double.NaN;
    };
  }

  private double lastDimension(boolean ofQueries) {
    return ofQueries ? (double) headSize : Double.NaN;
  }

  private boolean isLast(String index) throws IOException {
    double number = graph.number(index);
    return number == -1 || number == 3;
  }

  /**
   * However queries are transposed, the product with the keys sums over their last dimension, and
   * that is the size of a head. ONNX Runtime asks for the shape in front of the transpose and
   * permutes it.
   */
  private boolean isShapeOfQueries(String value) throws IOException {
    String source = value;
    if (graph.maker(value, "Gather").isPresent()) {
      OnnxNode gather = graph.maker(value).orElseThrow();
      List<Long> order = graph.integers(BertGraph.input(gather, 1));
      if (order.size() != 4 || order.get(3) != 3) {
        return false;
      }
      source = BertGraph.input(gather, 0);
    }
    return graph
        .maker(source, "Shape")
        .filter(node -> queries.contains(BertGraph.input(node, 0)))
        .isPresent();
  }

  private FlexoraException unclear(String why) {
    return new FlexoraException(
        file
            + ": the number of attention heads is not clear from the graph, as "
            + why
            + ". Export the model with attn_implementation=\"eager\" and opset_version=18, and"
            + " without optimisation");
  }
}
