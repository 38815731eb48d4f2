package io.flexora.formats.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the file that says which tensor is in which shard, as transformers writes it: {@code
 * {"metadata": {...}, "weight_map": {"tensor": "file"}}}.
 */
final class ShardIndex {

  private static final String WEIGHT_MAP = "weight_map";
  private static final String SUFFIX = ".safetensors";
  private static final Pattern PLAIN_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]+");

  private final JsonParser json;

  private ShardIndex(JsonParser json) {
    this.json = json;
  }

  /** The names of the tensors with the names of their files, in the order of the index. */
  static Map<String, String> read(Path index) throws IOException {
    try {
      long size = Files.size(index);
      require(
          size <= SafetensorsHeader.MAX_BYTES, "it has " + size + " bytes; the most is 100000000");
      String text = SafetensorsFile.utf8(ByteBuffer.wrap(RegularFile.bytes(index)), "it");
      try (JsonParser json = SafetensorsHeaderParser.FACTORY.createParser(text)) {
        return new ShardIndex(json).root();
      }
    } catch (BrokenSafetensorsRule e) {
      throw MalformedSafetensorsException.ofIndex(index, e.getMessage());
    } catch (JsonProcessingException e) {
      throw MalformedSafetensorsException.ofIndex(
          index, "it is not JSON (" + JsonProblem.of(e) + ")");
    }
  }

  private Map<String, String> root() throws IOException, BrokenSafetensorsRule {
    require(json.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
    Set<String> keys = new HashSet<>();
    Map<String, String> files = Map.of();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      require(keys.add(key), "'" + key + "' is there twice");
      json.nextToken();
      if (key.equals(WEIGHT_MAP)) {
        files = weightMap();
      } else {
        json.skipChildren();
      }
    }
    require(json.nextToken() == null, "something follows the JSON object");
    require(keys.contains(WEIGHT_MAP), "it has no weight_map");
    require(!files.isEmpty(), "its weight_map is empty");
    return files;
  }

  private Map<String, String> weightMap() throws IOException, BrokenSafetensorsRule {
    String rule = "its weight_map is not an object of strings";
    require(json.currentToken() == JsonToken.START_OBJECT, rule);
    Map<String, String> files = new LinkedHashMap<>();
    Map<String, String> seen = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String tensor = json.currentName();
      require(json.nextToken() == JsonToken.VALUE_STRING, rule + ": see '" + tensor + "'");
      String file = json.getText();
      require(
          PLAIN_NAME.matcher(file).matches() && file.endsWith(SUFFIX),
          "tensor '"
              + tensor
              + "' is said to be in '"
              + file
              + "', which is not the name of a"
              + " .safetensors file in the same folder");
      String same = seen.computeIfAbsent(file, name -> name);
      require(files.put(tensor, same) == null, "tensor '" + tensor + "' is there twice");
    }
    return files;
  }

  private static void require(boolean holds, String rule) throws BrokenSafetensorsRule {
    if (!holds) {
      throw new BrokenSafetensorsRule(rule);
    }
  }
}
