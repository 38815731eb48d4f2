package io.flexora.transformers.checkpoint;

import io.flexora.formats.gguf.GgufMetadataBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form of a model in GGUF files: the names of its tensors, what llama.cpp changes in them, and
 * the metadata.
 *
 * @since 0.1
 */
public interface GgufForm {

  /** The architecture, as {@code general.architecture} has it. */
  String architecture();

  /** The name in Hugging Face form of a tensor of a GGUF file; empty if it has none. */
  Optional<String> toHuggingFace(String name);

  /** The name in a GGUF file of a tensor by its name in Hugging Face form. */
  String toGguf(String name);

  /**
   * The arrays that a tensor of a GGUF file has below each other, by their names in Hugging Face
   * form, as llama.cpp stacks norms of heads and matrices of experts; empty for a tensor that is
   * one by itself.
   */
  default List<String> stacked(String name) {
    return List.of();
  }

  /**
   * The width of the heads whose rows llama.cpp has in the order in which neighbours turn with each
   * other; 0 where rows have their Hugging Face order.
   *
   * @param name the tensor's name in Hugging Face form
   */
  int turnedHead(String name);

  /**
   * What llama.cpp has added to each number of a tensor.
   *
   * @param name the tensor's name in Hugging Face form
   */
  double added(String name);

  /**
   * Adds the entries of a GGUF file that describe the model, but for those of the tokenizer.
   *
   * @param source where the description comes from, as messages call it
   * @throws io.flexora.api.run.FlexoraException if such a file cannot say what the model computes
   */
  void describe(String source, GgufMetadataBuilder metadata) throws IOException;

  /**
   * Vectors of a GGUF file that are no weights, by name, such as what frequencies are divided by.
   */
  Map<String, float[]> vectors();

  /**
   * The keys of a {@code config.json} that describe the model of a GGUF file.
   *
   * @param source where the description comes from, as messages call it
   * @throws io.flexora.api.run.FlexoraException if such a file cannot say what the model computes
   */
  Map<String, Object> config(String source);
}
