package io.flexora.model.decoder.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.model.decoder.DecoderDescription;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.transformers.checkpoint.ArrayLoader;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The tiny checkpoints that {@code framework/interop/make_tiny_checkpoints.py} makes. */
public final class Tiny {
  public static final List<String> FOLDERS =
      List.of(
          "llama2",
          "llama-linear",
          "llama3",
          "llama-tied-bias",
          "mistral",
          "qwen2",
          "qwen3",
          "gemma");

  /** Of families whose tensors have other names or other meanings. */
  public static final List<String> OTHERS =
      List.of(
          "gemma2",
          "gemma3",
          "phi3",
          "phi",
          "phi-norms",
          "olmo2",
          "granite",
          "stablelm",
          "stablelm-parallel",
          "smollm3");

  public static final List<String> GGUF =
      List.of(
          "gguf-llama3-f16",
          "gguf-llama3-q8_0",
          "gguf-qwen2-q8_0",
          "gguf-qwen3-f16",
          "gguf-gemma-f16");

  public static final List<String> OTHER_GGUF =
      List.of(
          "gguf-gemma2-f16",
          "gguf-gemma3-f16",
          "gguf-phi3-f16",
          "gguf-phi-f16",
          "gguf-olmo2-f16",
          "gguf-granite-f16",
          "gguf-stablelm-f16",
          "gguf-stablelm-parallel-f16",
          "gguf-smollm3-f16");

  private Tiny() {}

  public static Stream<String> all() {
    return Stream.concat(FOLDERS.stream(), GGUF.stream());
  }

  public static Stream<String> every() {
    return Stream.of(FOLDERS, GGUF, OTHERS, OTHER_GGUF).flatMap(List::stream);
  }

  /** The folder of a checkpoint. */
  public static Path folder(String name) {
    try {
      return Path.of(Objects.requireNonNull(Tiny.class.getResource("/tiny/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a checkpoint is opened by: its folder or its GGUF file. */
  public static Path location(String name) {
    return name.startsWith("gguf-") ? folder(name).resolve("model.gguf") : folder(name);
  }

  /** Opens a checkpoint by its folder or its GGUF file. */
  public static CausalCheckpoint open(Path location) throws IOException {
    return CausalCheckpoint.open(new DecoderFamilies(), location);
  }

  /** The decoder that a checkpoint describes. */
  public static Decoder decoder(CausalCheckpoint checkpoint) {
    return ((DecoderDescription) checkpoint.description()).decoder();
  }

  /** Loads all arrays of a checkpoint. */
  static List<NDArray> load(CausalCheckpoint checkpoint, NDManager owner, ComputeType type)
      throws IOException {
    checkpoint.requireWhole();
    return ArrayLoader.load(checkpoint, checkpoint.description().arrays(), owner, type);
  }

  /** What transformers computes with it. */
  public static JsonNode reference(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder(name).resolve("reference.json")));
  }

  /** Copies a checkpoint to where it may be changed. */
  static Path copy(String name, Path to) throws IOException {
    Path target = Files.createDirectory(to.resolve(name));
    try (Stream<Path> files = Files.list(folder(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
    return target;
  }
}
