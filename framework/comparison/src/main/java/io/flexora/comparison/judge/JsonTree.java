package io.flexora.comparison.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.file.Path;

/** A JSON file as a whole. */
final class JsonTree {

  /** Accepts the NaN of Python's writer; of two entries of one name none is the right one. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonTree() {}

  /**
   * Reads a file.
   *
   * @throws FlexoraException with file and line if it is no JSON
   */
  static JsonNode read(Path file) {
    try {
      return JSON.readTree(RegularFile.bytes(file));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new FlexoraException(
          "%s:%d: the file is no JSON: %s".formatted(file, line, JsonProblem.of(e)), e);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }
}
