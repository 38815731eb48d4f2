package io.flexora.dataset.files.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.flexora.files.text.WellFormedText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON values as plain Java values: text, {@code Long} (a {@code BigInteger} where it does not
 * fit), {@code Double}, {@code Boolean}, lists, maps in the order of the file, and null.
 *
 * <p>A name that is twice in an object is refused. NaN and Infinity are read, as other programs of
 * the field write them. A surrogate without its other half, as in a text that was cut within a
 * character, becomes U+FFFD: it could not be written in UTF-8 and read back.
 */
final class PlainJson {
  private static final int DEEPEST = 100;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Lines.LONGEST)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private PlainJson() {}

  static JsonFactory factory() {
    return FACTORY;
  }

  /**
   * Reads a text that is one object and nothing else.
   *
   * @throws JsonParseException if it is not
   */
  static Map<String, Object> object(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new JsonParseException(parser, "a JSON object {...} is expected, not " + named(first));
    }
    Map<String, Object> object = map(parser, Long.MAX_VALUE);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "something follows the object");
    }
    return object;
  }

  /**
   * Reads the row of a longer text whose opening brace was just read.
   *
   * @throws JsonParseException if it is longer than {@link Lines#LONGEST} bytes
   */
  static Map<String, Object> row(JsonParser parser) throws IOException {
    return map(parser, parser.currentLocation().getByteOffset() + Lines.LONGEST);
  }

  private static Map<String, Object> map(JsonParser parser, long end) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = WellFormedText.of(parser.currentName());
      parser.nextToken();
      map.put(name, value(parser, end));
    }
    return map;
  }

  private static Object value(JsonParser parser, long end) throws IOException {
    if (end < Long.MAX_VALUE && parser.currentTokenLocation().getByteOffset() > end) {
      throw new JsonParseException(
          parser, "a row is longer than %d MiB".formatted(Lines.LONGEST >> 20));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> map(parser, end);
      case START_ARRAY -> list(parser, end);
      case VALUE_STRING -> WellFormedText.of(parser.getText());
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new JsonParseException(parser, "a value is expected");
    };
  }

  private static Number whole(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? parser.getBigIntegerValue()
        : (Number) parser.getLongValue();
  }

  private static List<Object> list(JsonParser parser, long end) throws IOException {
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser, end));
    }
    return list;
  }

  /** What a token begins, for messages. */
  static String named(JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_NULL -> "null";
      default -> "true or false";
    };
  }
}
