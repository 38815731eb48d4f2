package io.flexora.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.flexora.files.message.JsonProblem;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The JSON object of a request to a model server. A member that is not known is refused, so that
 * none is ignored in silence.
 *
 * @param json the object
 */
record ApiRequest(JsonNode json) {

  private static final int DEPTH = 32;
  private static final int PIECE = 1 << 13;
  private static final long BODY_SECONDS = 20;
  private static final long NANOS = 1_000_000_000;
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  /**
   * Reads the body of a request.
   *
   * @param most the most bytes
   * @throws ApiRefusal if it is too large, or no JSON object
   */
  static ApiRequest of(Context context, long most) {
    String type = context.contentType();
    if (type == null
        || !type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json")) {
      throw ApiRefusal.of(
          415, "unsupported_media_type", "the Content-Type of a request is application/json");
    }
    byte[] body = body(context, most);
    try {
      JsonNode members =
          MAPPER.readTree(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
      if (!members.isObject()) {
        throw ApiRefusal.of(400, "invalid_json", "the body has to be a JSON object");
      }
      return new ApiRequest(members);
    } catch (CharacterCodingException e) {
      throw ApiRefusal.of(400, "invalid_json", "the body is not UTF-8");
    } catch (JsonProcessingException e) {
      throw ApiRefusal.of(400, "invalid_json", "the body is no JSON: " + JsonProblem.of(e));
    }
  }

  private static byte[] body(Context context, long most) {
    if (context.req().getContentLengthLong() > most) {
      throw tooLarge(most);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE];
    long end = System.nanoTime() + BODY_SECONDS * NANOS;
    try {
      InputStream in = context.bodyInputStream();
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        body.write(piece, 0, read);
        if (body.size() > most) {
          throw tooLarge(most);
        }
        // A byte now and then would hold a thread for ever.
        if (System.nanoTime() > end) {
          throw late();
        }
      }
      return body.toByteArray();
    } catch (IOException e) {
      throw late();
    }
  }

  private static ApiRefusal late() {
    return ApiRefusal.of(408, "request_timeout", "the body did not arrive in time");
  }

  private static ApiRefusal tooLarge(long most) {
    return ApiRefusal.of(413, "request_too_large", "a body has at most %,d bytes".formatted(most));
  }

  /**
   * Refuses members that would be ignored.
   *
   * @param read the members that are read
   * @param neutral members whose only value here is the usual one
   * @param ignored members that change no answer
   */
  void requireKnown(
      Set<String> read, Map<String, Predicate<JsonNode>> neutral, Set<String> ignored) {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode value = json.get(name);
      if (neutral.containsKey(name)) {
        if (!value.isNull() && !neutral.get(name).test(value)) {
          throw ApiRefusal.ofMember(
              name, "'%s' is not supported here; leave it out".formatted(name));
        }
      } else if (!read.contains(name) && !ignored.contains(name)) {
        throw ApiRefusal.ofMember(
            shortened(name), "there is no member '%s'".formatted(shortened(name)));
      }
    }
  }

  /** A name for a message. */
  static String shortened(String name) {
    return name.length() > 80 ? name.substring(0, 80) + "..." : name;
  }

  /** A member; missing where it is null. */
  JsonNode member(String name) {
    JsonNode value = json.path(name);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  /**
   * A text that has to be there.
   *
   * @throws ApiRefusal if it is not
   */
  String text(String name) {
    JsonNode value = member(name);
    if (!value.isTextual()) {
      throw ApiRefusal.ofMember(name, "'%s' has to be a text".formatted(name));
    }
    return value.asText();
  }

  /** A whole number of a range. */
  long integer(String name, long byDefault, long least, long most) {
    JsonNode value = member(name);
    if (value.isMissingNode()) {
      return byDefault;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < least
        || value.asLong() > most) {
      throw ApiRefusal.ofMember(
          name, "'%s' has to be a whole number from %d to %d".formatted(name, least, most));
    }
    return value.asLong();
  }

  /** A number of a range. */
  double number(String name, double byDefault, double least, double most) {
    JsonNode value = member(name);
    if (value.isMissingNode()) {
      return byDefault;
    }
    double number = value.isNumber() ? value.asDouble() : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw ApiRefusal.ofMember(
          name, "'%s' has to be a number from %s to %s".formatted(name, least, most));
    }
    return number;
  }

  boolean flag(String name) {
    JsonNode value = member(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw ApiRefusal.ofMember(name, "'%s' has to be true or false".formatted(name));
    }
    return value.asBoolean();
  }

  /** The members of an object; none where it is missing. */
  ApiRequest object(String name) {
    JsonNode value = member(name);
    if (!value.isMissingNode() && !value.isObject()) {
      throw ApiRefusal.ofMember(name, "'%s' has to be an object".formatted(name));
    }
    return new ApiRequest(value);
  }

  /** A text, or a list of texts that is not empty. */
  List<String> texts(String name, int most) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(name, most)) {
      if (!value.isTextual() || value.asText().isEmpty()) {
        throw ApiRefusal.ofMember(
            name, "'%s' has to be a text or a list of texts, none of them empty".formatted(name));
      }
      texts.add(value.asText());
    }
    return texts;
  }

  /** A member as a list: of its own elements, or of itself. */
  List<JsonNode> list(String name, int most) {
    JsonNode value = member(name);
    List<JsonNode> elements = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(elements::add);
    } else if (!value.isMissingNode()) {
      elements.add(value);
    }
    if (elements.isEmpty() || elements.size() > most) {
      throw ApiRefusal.ofMember(name, "'%s' has to have 1 to %d elements".formatted(name, most));
    }
    return elements;
  }

  /** The members of an object, as the fields of a row. */
  static Map<String, Object> fields(JsonNode object) {
    return MAPPER.convertValue(object, FIELDS);
  }
}
