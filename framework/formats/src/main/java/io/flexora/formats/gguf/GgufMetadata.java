package io.flexora.formats.gguf;

import io.flexora.api.run.FlexoraException;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The metadata of a file, immutable, in the file's order. Whole numbers are {@link Long} (of type
 * UINT64 above 2^63: {@link java.math.BigInteger}), others {@link Float} or {@link Double}; the
 * rest are {@link String}, {@link Boolean} and lists of these, which hold their values as compactly
 * as the file.
 *
 * <p>The methods that start with {@code find} give nothing where a key is missing, those that start
 * with {@code require} refuse; both refuse a value of another type.
 *
 * @since 0.1
 */
public final class GgufMetadata extends AbstractMap<String, Object> {

  private final String source;
  private final Map<String, Object> values;
  private final Map<String, GgufValueType> types;

  GgufMetadata(String source, Map<String, Object> values, Map<String, GgufValueType> types) {
    this.source = source;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    this.types = Map.copyOf(types);
  }

  /** Makes a builder of metadata for a file to write. */
  public static GgufMetadataBuilder builder() {
    return new GgufMetadataBuilder();
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return values.entrySet();
  }

  @Override
  public Object get(Object key) {
    return values.get(key);
  }

  @Override
  public boolean containsKey(Object key) {
    return values.containsKey(key);
  }

  /** The type of a value as it stands in the file, if the key is there. */
  public Optional<GgufValueType> type(String key) {
    return Optional.ofNullable(types.get(key));
  }

  /** The string of a key. */
  public Optional<String> findString(String key) {
    return find(key, String.class, "a string");
  }

  /** The boolean of a key. */
  public Optional<Boolean> findBoolean(String key) {
    return find(key, Boolean.class, "a boolean");
  }

  /** The whole number of a key, of any integer type. */
  public OptionalInt findInt(String key) {
    Optional<Long> value = find(key, Long.class, "a whole number");
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    long number = value.get();
    if (number != (int) number) {
      throw unfit(key, "a whole number below 2^31");
    }
    return OptionalInt.of((int) number);
  }

  /** The number of a key, of any float or integer type. */
  public OptionalDouble findDouble(String key) {
    return find(key, Number.class, "a number")
        .map(number -> OptionalDouble.of(number.doubleValue()))
        .orElse(OptionalDouble.empty());
  }

  /** The strings of a key. */
  public Optional<List<String>> findStrings(String key) {
    return find(key, List.class, "an array of strings")
        .map(list -> list instanceof StringList strings ? strings : emptyOrUnfit(key, list));
  }

  private List<String> emptyOrUnfit(String key, List<?> list) {
    if (list.isEmpty()) {
      return List.of();
    }
    throw unfit(key, "an array of strings");
  }

  /** The whole numbers of a key, of any integer type. */
  public Optional<int[]> findInts(String key) {
    return find(key, List.class, "an array of whole numbers").map(list -> ints(key, list));
  }

  private int[] ints(String key, List<?> list) {
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(list.get(i) instanceof Long number) || number != number.intValue()) {
        throw unfit(key, "an array of whole numbers below 2^31");
      }
      numbers[i] = number.intValue();
    }
    return numbers;
  }

  /** The numbers of a key, of any float or integer type, each rounded to single precision. */
  public Optional<float[]> findFloats(String key) {
    return find(key, List.class, "an array of numbers").map(list -> floats(key, list));
  }

  private float[] floats(String key, List<?> list) {
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw unfit(key, "an array of numbers");
      }
      numbers[i] = number.floatValue();
    }
    return numbers;
  }

  /**
   * The string of a key.
   *
   * @throws FlexoraException if the key is missing or has another type
   */
  public String requireString(String key) {
    return findString(key).orElseThrow(() -> missing(key));
  }

  /**
   * The boolean of a key.
   *
   * @throws FlexoraException if the key is missing or has another type
   */
  public boolean requireBoolean(String key) {
    return findBoolean(key).orElseThrow(() -> missing(key));
  }

  /**
   * The whole number of a key, of any integer type.
   *
   * @throws FlexoraException if the key is missing, has another type or exceeds an int
   */
  public int requireInt(String key) {
    return findInt(key).orElseThrow(() -> missing(key));
  }

  /**
   * The number of a key, of any float or integer type.
   *
   * @throws FlexoraException if the key is missing or has another type
   */
  public double requireDouble(String key) {
    return findDouble(key).orElseThrow(() -> missing(key));
  }

  /**
   * The strings of a key.
   *
   * @throws FlexoraException if the key is missing or has another type
   */
  public List<String> requireStrings(String key) {
    return findStrings(key).orElseThrow(() -> missing(key));
  }

  /**
   * The whole numbers of a key, of any integer type.
   *
   * @throws FlexoraException if the key is missing, has another type or a number exceeds an int
   */
  public int[] requireInts(String key) {
    return findInts(key).orElseThrow(() -> missing(key));
  }

  /**
   * The numbers of a key, of any float or integer type, each rounded to single precision.
   *
   * @throws FlexoraException if the key is missing or has another type
   */
  public float[] requireFloats(String key) {
    return findFloats(key).orElseThrow(() -> missing(key));
  }

  private <T> Optional<T> find(String key, Class<T> type, String accepted) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw unfit(key, accepted);
    }
    return Optional.ofNullable(value).map(type::cast);
  }

  private FlexoraException missing(String key) {
    return new FlexoraException(
        source
            + " has no metadata entry '"
            + key
            + "', which is needed; convert the model again"
            + " with a current version of llama.cpp");
  }

  private FlexoraException unfit(String key, String accepted) {
    Object value = values.get(key);
    String seen =
        value instanceof List<?> list
            ? "an array of " + list.size() + " elements"
            : BrokenGgufRule.quoted(value.toString());
    return new FlexoraException(
        source
            + ": the metadata entry '"
            + key
            + "' is "
            + seen
            + " of type "
            + types.get(key)
            + ", not "
            + accepted);
  }
}
