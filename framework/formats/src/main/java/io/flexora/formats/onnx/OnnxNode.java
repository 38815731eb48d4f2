package io.flexora.formats.onnx;

import java.util.List;
import java.util.Map;

/**
 * One node of an ONNX graph.
 *
 * @param operator the operator, such as {@code MatMul}
 * @param name the node's own name; may be empty
 * @param inputs the names of its inputs; empty for an optional input that is left out
 * @param outputs the names of its outputs
 * @param numbers the attributes that are one number, by name
 * @param tensors the attributes that are one tensor, by name
 * @since 0.1
 */
public record OnnxNode(
    String operator,
    String name,
    List<String> inputs,
    List<String> outputs,
    Map<String, Double> numbers,
    Map<String, OnnxTensor> tensors) {
  /** Copies the collections. */
  public OnnxNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    numbers = Map.copyOf(numbers);
    tensors = Map.copyOf(tensors);
  }

  /** A node without a tensor among its attributes. */
  public static OnnxNode of(
      String operator, List<String> inputs, String output, Map<String, Double> numbers) {
    return new OnnxNode(operator, output, inputs, List.of(output), numbers, Map.of());
  }
}
