package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** JSON objects as maps: keys sorted, doubles exact, NaN and the infinities as null. */
final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private Json() {}

  /** The object on one line. */
  static byte[] line(Map<String, ?> object) {
    try {
      return MAPPER.writeValueAsBytes(PlainValue.toJson(object));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + object, e);
    }
  }

  /** The object on many lines, for people. */
  static String text(Map<String, ?> object) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    try {
      return MAPPER.writer(printer).writeValueAsString(PlainValue.toJson(object)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + object, e);
    }
  }

  /** Writes a file whole or not at all. */
  static void write(Path file, Map<String, ?> object) {
    DurableFile.write(file, text(object));
  }

  /** Reads an object; whole numbers are {@code Long}, others {@code Double}. */
  static Map<String, Object> parse(byte[] bytes) throws IOException {
    // Decoded here: the parser itself would take a UTF-16 or UTF-32 text for what it is not.
    Map<String, Object> object =
        MAPPER.readValue(new String(bytes, StandardCharsets.UTF_8), OBJECT);
    if (object == null) {
      throw new IOException("null instead of an object");
    }
    return object;
  }

  /** Reads a file that has to be there. */
  static Map<String, Object> read(Path file) {
    try {
      return parse(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new FlexoraException(file + " does not exist", e);
    } catch (JsonProcessingException e) {
      throw new FlexoraException(
          file
              + " is not a JSON object: "
              + JsonProblem.of(e)
              + " at line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new FlexoraException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
