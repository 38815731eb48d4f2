package io.flexora.transformers.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a checkpoint's JSON files. */
final class CheckpointJson {
  /** Far above every published tokenizer, the largest of which have some 35 MB. */
  private static final long MOST_BYTES = 256L << 20;

  static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
              .build());

  private CheckpointJson() {}

  /**
   * Reads a file that holds an object.
   *
   * @throws IOException if the file cannot be read
   * @throws FlexoraException if it is no JSON object or larger than any tokenizer
   */
  static ObjectNode object(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MOST_BYTES) {
      throw new FlexoraException(
          ("%s has %d bytes; a tokenizer's files have at most %d. Take the file that was"
                  + " published with the model")
              .formatted(file, size, MOST_BYTES));
    }
    try (var in = RegularFile.stream(file)) {
      if (JSON.readTree(in) instanceof ObjectNode object) {
        return object;
      }
      throw new FlexoraException(malformed(file, "it is no JSON object"));
    } catch (JsonProcessingException e) {
      throw new FlexoraException(malformed(file, JsonProblem.of(e)), e);
    }
  }

  private static String malformed(Path file, String why) {
    return file + " cannot be read: " + why + ". Take the file that was published with the model";
  }

  /** The text of a field, if it has one. */
  static Optional<String> text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }
}
