package io.flexora.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.files.durable.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The finished search of a cell, kept so that an interrupted run need not repeat it. */
final class StoredSelection {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(
              SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  /** The content of the file. */
  private record Content(List<Integer> selectedLayers, Map<String, List<Double>> scores) {}

  private final Path file;

  StoredSelection(Path cell) {
    file = cell.resolve("selection.json");
  }

  void write(Selection selection) {
    try {
      Content content = new Content(selection.layers(), selection.scores());
      DurableFile.write(file, JSON.writeValueAsString(content) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers that JSON cannot hold", e);
    }
  }

  Optional<Selection> read() {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      Content content = JSON.readValue(Files.readString(file), new TypeReference<>() {});
      return Optional.of(new Selection(content.selectedLayers(), content.scores()));
    } catch (IOException e) {
      throw new FlexoraException(
          file + " is not a selection; delete it to search again: " + e.getMessage(), e);
    }
  }
}
