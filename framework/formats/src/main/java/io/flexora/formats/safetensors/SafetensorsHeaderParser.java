package io.flexora.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the JSON of a header token by token, so that a header can ask for no memory but its own.
 */
final class SafetensorsHeaderParser {

  // Names come from a file: they have no place in the tables that Jackson keeps for the process.
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNumberLength(100)
                  .maxNameLength(1 << 16)
                  .maxStringLength((int) SafetensorsHeader.MAX_BYTES)
                  .build())
          .build();

  private final JsonParser json;
  private Map<String, String> metadata = Map.of();
  private final List<TensorInfo> tensors = new ArrayList<>();

  private SafetensorsHeaderParser(JsonParser json) {
    this.json = json;
  }

  static SafetensorsHeader parse(String text, long dataBytes) throws BrokenSafetensorsRule {
    try (JsonParser json = FACTORY.createParser(text)) {
      SafetensorsHeaderParser parser = new SafetensorsHeaderParser(json);
      parser.root();
      return SafetensorsHeader.of(parser.metadata, parser.tensors, dataBytes);
    } catch (JsonProcessingException e) {
      throw new BrokenSafetensorsRule("the header is not JSON (" + JsonProblem.of(e) + ")");
    } catch (IOException e) {
      throw new BrokenSafetensorsRule("the header is not JSON (" + e.getMessage() + ")");
    }
  }

  private void root() throws IOException, BrokenSafetensorsRule {
    require(json.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
    Set<String> names = new HashSet<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      require(names.add(name), "the name '" + name + "' is there twice");
      json.nextToken();
      if (name.equals(SafetensorsHeader.METADATA)) {
        metadata();
      } else {
        tensors.add(tensor(name));
      }
    }
    require(json.nextToken() == null, "something follows the JSON object in the header");
  }

  private void metadata() throws IOException, BrokenSafetensorsRule {
    String rule = "__metadata__ is not an object of strings";
    require(json.currentToken() == JsonToken.START_OBJECT, rule);
    Map<String, String> read = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      require(json.nextToken() == JsonToken.VALUE_STRING, rule + ": see '" + key + "'");
      require(read.put(key, json.getText()) == null, "__metadata__ has '" + key + "' twice");
    }
    metadata = read;
  }

  private TensorInfo tensor(String name) throws IOException, BrokenSafetensorsRule {
    String of = "tensor '" + name + "'";
    require(json.currentToken() == JsonToken.START_OBJECT, of + " is not described by an object");
    Optional<DType> type = Optional.empty();
    Optional<List<Long>> shape = Optional.empty();
    Optional<List<Long>> offsets = Optional.empty();
    Set<String> keys = new HashSet<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      require(keys.add(key), of + " has '" + key + "' twice");
      json.nextToken();
      switch (key) {
        case "dtype" -> type = Optional.of(type(of));
        case "shape" -> shape = Optional.of(numbers(of + ": its shape"));
        case "data_offsets" -> offsets = Optional.of(numbers(of + ": its data_offsets"));
        default -> json.skipChildren();
      }
    }
    require(type.isPresent(), of + " has no dtype");
    require(shape.isPresent(), of + " has no shape");
    require(offsets.isPresent(), of + " has no data_offsets");
    List<Long> range = offsets.get();
    require(range.size() == 2, of + ": its data_offsets are " + range.size() + " numbers, not 2");
    return new TensorInfo(name, type.get(), shape.get(), range.get(0), range.get(1));
  }

  private DType type(String of) throws IOException, BrokenSafetensorsRule {
    require(json.currentToken() == JsonToken.VALUE_STRING, of + ": its dtype is not a string");
    String name = json.getText();
    return DType.named(name)
        .orElseThrow(
            () ->
                new BrokenSafetensorsRule(
                    of + " has the dtype '" + name + "'; known are " + DType.names()));
  }

  private List<Long> numbers(String of) throws IOException, BrokenSafetensorsRule {
    require(json.currentToken() == JsonToken.START_ARRAY, of + " is not an array");
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(json.currentToken() == JsonToken.VALUE_NUMBER_INT, of + " has no whole number");
      String text = json.getText();
      require(!text.startsWith("-"), of + " has the negative number " + text);
      require(json.getNumberType() != JsonParser.NumberType.BIG_INTEGER, of + " exceeds 2^63");
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  private static void require(boolean holds, String rule) throws BrokenSafetensorsRule {
    if (!holds) {
      throw new BrokenSafetensorsRule(rule);
    }
  }
}
