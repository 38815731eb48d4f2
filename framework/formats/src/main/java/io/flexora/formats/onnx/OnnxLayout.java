package io.flexora.formats.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents of a file and their places.
 *
 * @param graphTag the offset of the tag of the graph
 * @param graphStart the offset of the first byte of the graph
 * @param graphEnd the offset after the last byte of the graph
 */
record OnnxLayout(
    long operatorSet,
    int graphTag,
    int graphStart,
    int graphEnd,
    List<OnnxNode> nodes,
    Map<String, OnnxTensor> initialisers,
    List<String> inputs,
    List<String> outputs) {
  OnnxLayout {
    nodes = List.copyOf(nodes);
    initialisers = Collections.unmodifiableMap(new LinkedHashMap<>(initialisers));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
