package io.flexora.model.encoder;

import io.flexora.formats.onnx.OnnxFile;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxNode;
import io.flexora.formats.onnx.OnnxTensor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The graph of computations in an ONNX file. Names of nodes mean nothing here, as each exporter has
 * its own.
 */
final class BertGraph {
  /** A bound for files whose nodes read each other in a circle. */
  static final int MOST_STEPS = 16;

  private static final Set<String> PRODUCTS = Set.of("Gemm", "MatMul");
  private static final Set<String> OTHER_FORMS = Set.of("Identity", "Transpose");
  private static final Set<String> SAME_NUMBERS = Set.of("Identity", "Squeeze", "Unsqueeze");

  private final OnnxFile file;
  private final Map<String, OnnxNode> makers = new HashMap<>();
  private final Map<String, List<OnnxNode>> readers = new HashMap<>();

  BertGraph(OnnxFile file) {
    this.file = file;
    for (OnnxNode node : file.nodes()) {
      node.outputs().forEach(value -> makers.put(value, node));
      node.inputs().stream()
          .distinct()
          .forEach(value -> readers.computeIfAbsent(value, v -> new ArrayList<>()).add(node));
    }
  }

  /** An input of a node; empty if the node has none there. */
  static String input(OnnxNode node, int index) {
    return index < node.inputs().size() ? node.inputs().get(index) : "";
  }

  /** The first output of a node. */
  static String output(OnnxNode node) {
    return node.outputs().isEmpty() ? "" : node.outputs().get(0);
  }

  /** The node that a value comes from. */
  Optional<OnnxNode> maker(String value) {
    return Optional.ofNullable(value.isEmpty() ? null : makers.get(value));
  }

  /** The node of an operator that a value comes from. */
  Optional<OnnxNode> maker(String value, String operator) {
    return maker(value).filter(node -> node.operator().equals(operator));
  }

  /** The nodes that read a value. */
  List<OnnxNode> readers(String value) {
    return value.isEmpty() ? List.of() : readers.getOrDefault(value, List.of());
  }

  /** The only node that reads a value, but for those that ask for its shape. */
  Optional<OnnxNode> onlyReader(String value) {
    List<OnnxNode> nodes =
        readers(value).stream().filter(node -> !node.operator().equals("Shape")).toList();
    return nodes.size() == 1 ? Optional.of(nodes.get(0)) : Optional.empty();
  }

  /** What a linear module reads. */
  Optional<String> inputOf(OnnxLinear linear) {
    return product(linear.weight().name()).map(node -> input(node, 0));
  }

  /** What a linear module puts out, its bias included. */
  Optional<String> outputOf(OnnxLinear linear) {
    return product(linear.weight().name()).map(this::withBias).map(BertGraph::output);
  }

  private OnnxNode withBias(OnnxNode product) {
    return readers(output(product)).stream()
        .filter(node -> product.operator().equals("MatMul") && node.operator().equals("Add"))
        .findFirst()
        .orElse(product);
  }

  private Optional<OnnxNode> product(String matrix) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(matrix));
    while (!open.isEmpty()) {
      String value = open.pop();
      List<OnnxNode> nodes = seen.add(value) ? readers(value) : List.of();
      for (OnnxNode node : nodes) {
        if (PRODUCTS.contains(node.operator()) && input(node, 1).equals(value)) {
          return Optional.of(node);
        }
        if (OTHER_FORMS.contains(node.operator())) {
          open.add(output(node));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The operators that compute a value.
   *
   * @param from a value whose own makers do not count; empty for none
   */
  Set<String> operators(String from, String value) {
    Set<String> operators = new HashSet<>();
    Set<String> seen = new HashSet<>(Set.of(from));
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (seen.add(next)) {
        maker(next)
            .ifPresent(
                node -> {
                  operators.add(node.operator());
                  open.addAll(node.inputs());
                });
      }
    }
    return operators;
  }

  /** A constant that is one number; NaN if the value is something else. */
  double number(String value) throws IOException {
    Optional<OnnxTensor> tensor = constant(value).filter(t -> t.elements() == 1);
    if (tensor.isEmpty()) {
      return Double.NaN;
    }
    return switch (tensor.get().elementType()) {
      case OnnxTensor.FLOAT -> file.floats(tensor.get()).get(0);
      case OnnxTensor.INT64 -> (double) file.integers(tensor.get())[0];
      default -> Double.NaN;
    };
  }

  /** The whole numbers of a constant; none if the value is something else. */
  List<Long> integers(String value) throws IOException {
    Optional<OnnxTensor> tensor = constant(value).filter(t -> t.elementType() == OnnxTensor.INT64);
    List<Long> numbers = new ArrayList<>();
    if (tensor.isPresent()) {
      for (long number : file.integers(tensor.get())) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** The last dimensions of a shape, as many as are constants. */
  List<Long> lastDimensions(String shape) throws IOException {
    Optional<OnnxNode> concat = maker(shape, "Concat");
    if (concat.isEmpty()) {
      return integers(shape);
    }
    List<String> parts = new ArrayList<>(concat.get().inputs());
    Collections.reverse(parts);
    List<Long> dimensions = new ArrayList<>();
    for (String part : parts) {
      List<Long> numbers = integers(part);
      if (numbers.isEmpty()) {
        break;
      }
      dimensions.addAll(0, numbers);
    }
    return dimensions;
  }

  private Optional<OnnxTensor> constant(String value) {
    String source = value;
    for (int step = 0; step < MOST_STEPS; step++) {
      if (file.initialisers().containsKey(source)) {
        return Optional.of(file.initialisers().get(source));
      }
      Optional<OnnxNode> maker = maker(source);
      if (maker.isEmpty() || !SAME_NUMBERS.contains(maker.get().operator())) {
        return maker
            .filter(node -> node.operator().equals("Constant"))
            .map(node -> node.tensors().get("value"));
      }
      source = input(maker.get(), 0);
    }
    return Optional.empty();
  }
}
