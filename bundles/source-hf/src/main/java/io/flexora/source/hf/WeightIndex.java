package io.flexora.source.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The file that says which files the weights of a model are in. */
final class WeightIndex {
  /** Its name. */
  static final String NAME = "model.safetensors.index.json";

  private static final long LARGEST = 256L << 20;

  private WeightIndex() {}

  /**
   * The names of the files with the weights.
   *
   * @throws IOException if the index cannot be read or names none
   */
  static Set<String> shards(Path index) throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.size(index) <= LARGEST) {
      JsonNode weights = new ObjectMapper().readTree(RegularFile.bytes(index)).path("weight_map");
      weights.forEach(name -> names.add(name.asText()));
    }
    if (names.isEmpty() || !names.stream().allMatch(FileName::isSafe)) {
      throw new IOException(
          index + " has no 'weight_map' that names files of weights; the repository is damaged");
    }
    return names;
  }
}
