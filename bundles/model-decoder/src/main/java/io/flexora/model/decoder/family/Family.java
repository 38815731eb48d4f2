package io.flexora.model.decoder.family;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The families, and what transformers 5 takes where a {@code config.json} says nothing.
 *
 * <p>Source: the configuration classes {@code LlamaConfig}, {@code MistralConfig}, {@code
 * Qwen2Config}, {@code Qwen3Config} and {@code GemmaConfig}.
 */
enum Family {
  LLAMA("llama", "LlamaForCausalLM", 32000, 4096, 11008, 32, 0, 0, 2048, false),
  MISTRAL("mistral", "MistralForCausalLM", 32000, 4096, 14336, 32, 8, 0, 4096 * 32, false),
  QWEN2("qwen2", "Qwen2ForCausalLM", 151936, 4096, 22016, 32, 32, 0, 32768, false),
  QWEN3("qwen3", "Qwen3ForCausalLM", 151936, 4096, 22016, 32, 32, 128, 32768, false),
  GEMMA("gemma", "GemmaForCausalLM", 256000, 3072, 24576, 28, 16, 256, 8192, true);

  private final String modelType;
  private final String architecture;
  private final int vocabulary;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private final int keyValueHeads;
  private final int headSize;
  private final int positions;
  private final boolean tied;

  Family(
      String modelType,
      String architecture,
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      int keyValueHeads,
      int headSize,
      int positions,
      boolean tied) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.vocabulary = vocabulary;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.keyValueHeads = keyValueHeads;
    this.headSize = headSize;
    this.positions = positions;
    this.tied = tied;
  }

  static Optional<Family> named(String modelType) {
    return Arrays.stream(values()).filter(f -> f.modelType.equals(modelType)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(Family::modelType).collect(Collectors.joining(", "));
  }

  String modelType() {
    return modelType;
  }

  /** The class in transformers. */
  String architecture() {
    return architecture;
  }

  OptionalInt vocabulary() {
    return OptionalInt.of(vocabulary);
  }

  OptionalInt hidden() {
    return OptionalInt.of(hidden);
  }

  OptionalInt intermediate() {
    return OptionalInt.of(intermediate);
  }

  OptionalInt layers() {
    return OptionalInt.of(layers);
  }

  OptionalInt heads() {
    return OptionalInt.of(this == GEMMA ? 16 : 32);
  }

  /** Empty for as many as there are query heads. */
  OptionalInt keyValueHeads() {
    return keyValueHeads == 0 ? OptionalInt.empty() : OptionalInt.of(keyValueHeads);
  }

  /** Empty for hidden / heads. */
  OptionalInt headSize() {
    return headSize == 0 ? OptionalInt.empty() : OptionalInt.of(headSize);
  }

  OptionalInt positions() {
    return OptionalInt.of(positions);
  }

  boolean tied() {
    return tied;
  }

  /** What is added to a norm's weight. */
  double normOffset() {
    return this == GEMMA ? 1 : 0;
  }

  double embeddingScale(int hidden) {
    return this == GEMMA ? Math.sqrt(hidden) : 1;
  }

  boolean headNorms() {
    return this == QWEN3;
  }

  /** Whether some layers may have a sliding window and others none. */
  boolean mixedWindows() {
    return this == QWEN2 || this == QWEN3;
  }
}
