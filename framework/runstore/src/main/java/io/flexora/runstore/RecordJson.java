package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.JsonProblem;
import io.flexora.files.text.WellFormedText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The one codec of everything that a run or a comparison writes as JSON.
 *
 * <p>A record's components are keys in snake case, sorted. Doubles are exact; NaN and the
 * infinities are null, and null is NaN. An empty optional is null. A reader ignores keys that it
 * does not know and refuses a file that lacks one or has another type there, with the file and the
 * key. A file's texts are well formed: U+FFFD stands for half of a surrogate pair. A file has one
 * more key, {@code sha256}: the hash of the rest on one line, without white space, by which a
 * reader notices that it was changed.
 *
 * @since 0.1
 */
public final class RecordJson {

  static final ObjectMapper MAPPER = RecordMapper.make();

  /** The largest record, of a comparison of thousands of cells, has fewer bytes. */
  private static final long LARGEST = 64L << 20;

  private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

  private static final String SHA256 = "sha256";

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

  /** Writes a file whole or not at all, with the hash of its content. */
  public static FileHash write(Path file, Object record) {
    return DurableFile.write(file, sealed(record));
  }

  /** A record on many lines, with the hash of what it says as one more member. */
  static String sealed(Object record) {
    ObjectNode tree = wellFormed(tree(record));
    return text(tree.put(SHA256, hash(tree)));
  }

  private static ObjectNode wellFormed(ObjectNode tree) {
    ObjectNode made = MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> member : tree.properties()) {
      made.set(WellFormedText.of(member.getKey()), wellFormed(member.getValue()));
    }
    return made;
  }

  private static JsonNode wellFormed(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return wellFormed(object);
    }
    if (node instanceof ArrayNode array) {
      ArrayNode made = MAPPER.createArrayNode();
      array.forEach(element -> made.add(wellFormed(element)));
      return made;
    }
    return node.isTextual() ? TextNode.valueOf(WellFormedText.of(node.textValue())) : node;
  }

  private static String hash(ObjectNode tree) {
    return FileHash.of(line(tree)).sha256();
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

  /** Reads the members of an object that no record describes; whole numbers are {@code Long}. */
  static Map<String, Object> members(byte[] bytes) throws IOException {
    Map<String, Object> members =
        MAPPER.readValue(new String(bytes, StandardCharsets.UTF_8), MEMBERS);
    if (members == null) {
      throw new IOException("null instead of an object");
    }
    return members;
  }

  /** Reads a record from a tree. */
  static <T> T of(JsonNode tree, Class<T> type) throws IOException {
    return MAPPER.treeToValue(tree, type);
  }

  /**
   * Reads a file that has to be there, and that {@link #write} wrote.
   *
   * @param what what it should be, such as {@code the outcome of a cell}
   * @param remedy what to do if it is not
   * @throws FlexoraException if it cannot be read, is malformed, or was changed; the message names
   *     the file, and the key if that is malformed
   */
  public static <T> T read(Path file, Class<T> type, String what, String remedy) {
    try {
      byte[] bytes = RegularFile.bytes(file, LARGEST);
      T record = parse(bytes, type);
      requireSealed(file, parse(bytes, ObjectNode.class), remedy);
      return record;
    } catch (NoSuchFileException e) {
      throw new FlexoraException(file + " does not exist", e);
    } catch (JsonMappingException e) {
      throw new FlexoraException(
          "%s is not %s: %s; %s".formatted(file, what, problem(e), remedy), e);
    } catch (JsonProcessingException e) {
      throw new FlexoraException(
          "%s is not a JSON object: %s; %s".formatted(file, problem(e), remedy), e);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new FlexoraException(
          "%s is not %s: %s; %s".formatted(file, what, e.getMessage(), remedy), e);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  private static void requireSealed(Path file, ObjectNode tree, String remedy) {
    JsonNode recorded = tree.remove(SHA256);
    if (recorded == null || !recorded.isTextual()) {
      throw new FlexoraException(
          "%s has no '%s' of its content: it was changed, or written by another release; %s"
              .formatted(file, SHA256, remedy));
    }
    String found = hash(tree);
    if (!recorded.textValue().equals(found)) {
      throw new FlexoraException(
          "%s is not as it was written: the SHA-256 of its content is %s instead of %s; %s"
              .formatted(
                  file, FileHash.brief(found), FileHash.brief(recorded.textValue()), remedy));
    }
  }

  /** Reads a file that may be missing; see {@link #read}. */
  static <T> Optional<T> find(Path file, Class<T> type, String what, String remedy) {
    return Files.exists(file) ? Optional.of(read(file, type, what, remedy)) : Optional.empty();
  }

  /** What is wrong with a JSON text, where: at a key, or on a line if it is no JSON. */
  static String problem(JsonProcessingException e) {
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return "key '%s' %s".formatted(key(mapping), mismatch(mapping));
    }
    String what = JsonProblem.of(e);
    return e.getLocation() == null ? what : what + " at line " + e.getLocation().getLineNr();
  }

  private static String mismatch(JsonMappingException e) {
    String library = e.getOriginalMessage();
    if (library.startsWith("Null value for creator") || library.startsWith("Cannot map `null`")) {
      return "is missing";
    }
    return e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? "is not " + word(mismatch.getTargetType())
        : "is wrong: " + JsonProblem.of(e);
  }

  private static String word(Class<?> type) {
    if (type == double.class || type == Double.class || type == OptionalDouble.class) {
      return "a number";
    }
    if (type == long.class || type == int.class || Number.class.isAssignableFrom(type)) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class || type.isEnum()) {
      return "a text";
    }
    if (type == Instant.class) {
      return "a time such as 2026-01-02T03:04:05Z";
    }
    return Collection.class.isAssignableFrom(type) || type.isArray() ? "a list" : "an object";
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
