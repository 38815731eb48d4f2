package io.flexora.model.onnx;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.formats.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The inputs and outputs of an ONNX file.
 *
 * @param inputs its inputs in order: some of {@code input_ids}, {@code attention_mask}, {@code
 *     token_type_ids}
 * @param outputs its outputs in order
 * @param hiddenSize the width of its token embeddings; 0 if they were not found
 * @param parameters the elements of its initialisers
 * @param bytes the size of the file
 */
record OnnxGraph(
    List<String> inputs, List<String> outputs, int hiddenSize, long parameters, long bytes) {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";
  static final String LOGITS = "logits";
  private static final List<String> KNOWN = List.of(IDS, MASK, TYPES);

  OnnxGraph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads a file without its weights.
   *
   * @throws FlexoraException if it is no ONNX file, or takes something else than tokens
   */
  static OnnxGraph read(Path path) throws IOException {
    OnnxFile file = OnnxFile.readWhole(path);
    // Old files list their initialisers among the inputs.
    List<String> inputs =
        file.inputs().stream().filter(name -> !file.initialisers().containsKey(name)).toList();
    if (!inputs.contains(IDS) || !KNOWN.containsAll(inputs)) {
      throw new FlexoraException(
          "%s takes %s; a model that takes %s, and besides at most %s and %s, is needed"
              .formatted(path, inputs, IDS, MASK, TYPES));
    }
    long parameters = file.initialisers().values().stream().mapToLong(OnnxTensor::elements).sum();
    return new OnnxGraph(
        inputs, file.outputs(), embeddingWidth(file), parameters, Files.size(path));
  }

  /** The width of the table that the token ids are looked up in. */
  private static int embeddingWidth(OnnxFile file) {
    return file.nodes().stream()
        .filter(node -> node.operator().equals("Gather") && node.inputs().contains(IDS))
        .map(node -> Optional.ofNullable(file.initialisers().get(node.inputs().get(0))))
        .flatMap(Optional::stream)
        .filter(table -> table.dimensions().size() == 2)
        .mapToInt(table -> Math.toIntExact(table.dimensions().get(1)))
        .findFirst()
        .orElse(0);
  }

  /** The place of the first output that is not the scores of the file's own head; -1 if none. */
  int states() {
    return IntStream.range(0, outputs.size())
        .filter(i -> !outputs.get(i).equals(LOGITS))
        .findFirst()
        .orElse(-1);
  }

  /** Whether the file is told which tokens are padding. */
  boolean hasMask() {
    return inputs.contains(MASK);
  }

  /** Whether the file gives out the states of its tokens. */
  boolean hasStates() {
    return states() >= 0;
  }

  /** Whether the file scores classes itself. */
  boolean hasHead() {
    return outputs.contains(LOGITS);
  }
}
