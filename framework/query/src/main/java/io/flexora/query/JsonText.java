package io.flexora.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as the files of a run and the columns of a query have it. */
final class JsonText {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonText() {}

  /** Reads an object from a file; an empty one if there is no such file. */
  static JsonNode read(Path file) {
    if (Files.notExists(file)) {
      return MAPPER.createObjectNode();
    }
    try {
      return MAPPER.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new FlexoraException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  /** What a text in a result means, such as lists and maps. */
  static Object parse(String json) {
    try {
      return MAPPER.readValue(json, new TypeReference<Object>() {});
    } catch (JsonProcessingException e) {
      return json;
    }
  }

  /** Writes a value; NaN and the infinities become null. */
  static String of(Object value) {
    try {
      return MAPPER.writeValueAsString(finite(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + value, e);
    }
  }

  private static Object finite(Object value) {
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number : null;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> json = new LinkedHashMap<>();
      map.forEach((key, element) -> json.put(key.toString(), finite(element)));
      return json;
    }
    if (value instanceof List<?> list) {
      List<Object> json = new ArrayList<>();
      list.forEach(element -> json.add(finite(element)));
      return json;
    }
    return value;
  }
}
