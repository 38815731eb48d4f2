package io.flexora.transformers.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@code config.json} of a checkpoint in Hugging Face form, or an object within it.
 *
 * @since 0.1
 */
public final class ConfigFile extends Keys {
  private static final long MOST_BYTES = 16L << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Python writes NaN and Infinity; a key that matters is refused by its range.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final ObjectNode object;

  private ConfigFile(String where, ObjectNode object) {
    super(where);
    this.object = object;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it is no JSON object
   */
  public static ConfigFile read(Path file) throws IOException {
    if (Files.notExists(file)) {
      throw new FlexoraException(
          file.getParent()
              + " has no config.json, which says what the model looks like; a checkpoint is a folder"
              + " with config.json and *.safetensors, or a GGUF file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new FlexoraException(file + " is larger than 16 MiB; it is no description of a model");
    }
    try {
      if (JSON.readTree(RegularFile.bytes(file)) instanceof ObjectNode object) {
        return new ConfigFile(file.toString(), object);
      }
    } catch (JsonProcessingException e) {
      throw new FlexoraException(
          file + " is not JSON: " + JsonProblem.of(e) + ". Fetch it again", e);
    } catch (StackOverflowError e) {
      throw new FlexoraException(
          file + " is nested too deeply; it is no description of a model", e);
    }
    throw new FlexoraException(file + " is no JSON object; it is no description of a model");
  }

  /** Keys and values that are to become a file, under the name by which messages call it. */
  public static ConfigFile of(String where, Map<String, Object> keys) {
    return new ConfigFile(where, JSON.valueToTree(keys));
  }

  @Override
  public Optional<Object> value(String key) {
    return Optional.ofNullable(object.get(key)).filter(n -> !n.isNull()).map(ConfigFile::plain);
  }

  /** Whether the key is there, be it null. */
  public boolean has(String key) {
    return object.has(key);
  }

  /** The names of all keys. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The object under a key, if there is one with any content. */
  public Optional<ConfigFile> object(String key) {
    JsonNode node = object.get(key);
    if (node == null || node.isNull() || (node.isContainerNode() && node.isEmpty())) {
      return Optional.empty();
    }
    if (node instanceof ObjectNode inner) {
      return Optional.of(new ConfigFile(where() + ", " + key, inner));
    }
    throw wrong(key, node, "an object");
  }

  private static Object plain(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> node.numberValue();
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      default -> JSON.convertValue(node, Object.class);
    };
  }
}
