package io.flexora.formats.gguf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the metadata of a file to write, in the order of the keys.
 *
 * @since 0.1
 */
public final class GgufMetadataBuilder {
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, GgufValueType> types = new LinkedHashMap<>();

  GgufMetadataBuilder() {}

  boolean has(String key) {
    return values.containsKey(key);
  }

  GgufMetadataBuilder put(String key, GgufValueType type, Object value) {
    values.put(key, value);
    types.put(key, type);
    return this;
  }

  /** Puts a string in the place of what the key had. */
  public GgufMetadataBuilder putString(String key, String value) {
    return put(key, GgufValueType.STRING, value);
  }

  /** Puts a boolean in the place of what the key had. */
  public GgufMetadataBuilder putBoolean(String key, boolean value) {
    return put(key, GgufValueType.BOOL, value);
  }

  /**
   * Puts a number in the place of what the key had.
   *
   * @throws IllegalArgumentException if the type is not one of numbers or cannot hold the number
   */
  public GgufMetadataBuilder putNumber(String key, GgufValueType type, Number value) {
    return put(key, type, NumberList.of(type, List.of(value)).get(0));
  }

  /** Puts an array of strings in the place of what the key had. */
  public GgufMetadataBuilder putStrings(String key, List<String> values) {
    return put(key, GgufValueType.ARRAY, StringList.of(values));
  }

  /**
   * Puts an array of numbers or booleans in the place of what the key had.
   *
   * @throws IllegalArgumentException if the type cannot hold one of the values
   */
  public GgufMetadataBuilder putArray(String key, GgufValueType elementType, List<?> values) {
    return put(key, GgufValueType.ARRAY, NumberList.of(elementType, values));
  }

  /** Puts all entries of other metadata in the place of what their keys had. */
  public GgufMetadataBuilder putAll(GgufMetadata others) {
    others.forEach((key, value) -> put(key, others.type(key).orElseThrow(), value));
    return this;
  }

  /** Takes a key out, if it is there. */
  public GgufMetadataBuilder remove(String key) {
    values.remove(key);
    types.remove(key);
    return this;
  }

  /** Makes the metadata. */
  public GgufMetadata build() {
    return build("the metadata");
  }

  /**
   * Makes the metadata.
   *
   * @param source what a message calls it
   */
  GgufMetadata build(String source) {
    return new GgufMetadata(source, values, types);
  }
}
