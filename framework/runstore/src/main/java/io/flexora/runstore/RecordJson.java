package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * The one codec of everything that a run or a comparison writes as JSON.
 *
 * <p>A record's components are keys in snake case, sorted. Doubles are exact; NaN and the
 * infinities are null, and null is NaN. An empty optional is left out. A reader ignores keys that
 * it does not know and refuses a file that lacks one or has another type there, with the file and
 * the key.
 *
 * @since 0.1
 */
public final class RecordJson {

  static final ObjectMapper MAPPER = RecordMapper.make();

  private RecordJson() {}

  /** A record as the tree that its file would hold. */
  public static ObjectNode tree(Object record) {
    return MAPPER.valueToTree(record);
  }

  /** A number as JSON can hold it. */
  static JsonNode real(double value) {
    return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.getInstance();
  }

  /** A record on one line. */
  static byte[] line(Object record) {
    try {
      return MAPPER.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + record, e);
    }
  }

  /** A record on many lines, for people. */
  static String text(Object record) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try {
      return MAPPER.writer(printer).writeValueAsString(record) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + record, e);
    }
  }

  /** Writes a file whole or not at all. */
  static void write(Path file, Object record) {
    DurableFile.write(file, text(record));
  }

  /** Reads a record from the bytes of one JSON object. */
  static <T> T parse(byte[] bytes, Class<T> type) throws IOException {
    // Decoded here: the parser itself would take a UTF-16 or UTF-32 text for what it is not.
    T value = MAPPER.readValue(new String(bytes, StandardCharsets.UTF_8), type);
    if (value == null) {
      throw new IOException("null instead of an object");
    }
    return value;
  }

  /** Reads a record from a tree. */
  static <T> T of(JsonNode tree, Class<T> type) throws IOException {
    return MAPPER.treeToValue(tree, type);
  }

  /**
   * Reads a file that has to be there.
   *
   * @throws FlexoraException if it cannot be read, or is malformed; the message names the file and
   *     the key
   */
  static <T> T read(Path file, Class<T> type) {
    return read(file, bytes -> parse(bytes, type));
  }

  /** Reads the bytes of a file. */
  interface Reading<T> {
    T of(byte[] bytes) throws IOException;
  }

  /** Reads a file that has to be there in a way of its own; throws as {@link #read}. */
  static <T> T read(Path file, Reading<T> reading) {
    try {
      return reading.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new FlexoraException(file + " does not exist", e);
    } catch (JsonProcessingException e) {
      throw new FlexoraException(file + " is malformed: " + problem(e), e);
    } catch (IOException e) {
      throw new FlexoraException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** What is wrong with a JSON text, where: at a key, or on a line if it is no JSON. */
  static String problem(JsonProcessingException e) {
    String what = JsonProblem.of(e);
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return "%s at key '%s'".formatted(what, key(mapping));
    }
    return e.getLocation() == null ? what : what + " at line " + e.getLocation().getLineNr();
  }

  private static String key(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            part ->
                part.getFieldName() == null
                    ? "[" + part.getIndex() + "]"
                    : "." + part.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }
}
