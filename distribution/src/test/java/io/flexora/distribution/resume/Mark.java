package io.flexora.distribution.resume;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * A place in a run, as a line of the command's JSON output tells it: a step of a phase of a cell,
 * or the start or end of a phase.
 */
record Mark(String cell, String phase, String what) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a line; empty if it tells of no place, or is cut. */
  static Optional<Mark> of(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return switch (node.path("type").asText()) {
        case "progress" -> Optional.of(new Mark(cell(node), phase(node), "step " + done(node)));
        case "event" -> Optional.of(new Mark(cell(node), phase(node), node.path("kind").asText()));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String cell(JsonNode node) {
    return node.path("cell").asText();
  }

  private static String phase(JsonNode node) {
    String phase = node.path("phase").asText();
    return phase.isEmpty() ? node.path("values").path("phase").asText() : phase;
  }

  private static String done(JsonNode node) {
    return node.path("done").asText();
  }
}
