package io.flexora.api.plugin;

import java.util.List;

/**
 * Thrown by the constructor of a configuration record that refuses one of its options, so that the
 * message names the line where that option, or an entry of it, was written.
 *
 * @since 0.1
 */
public final class OptionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** A list of texts, which is serializable. */
  @SuppressWarnings("serial")
  private final List<String> path;

  /** A list of texts, which is serializable. */
  @SuppressWarnings("serial")
  private final List<String> missing;

  private OptionException(List<String> path, List<String> missing, String message) {
    super(message);
    this.path = path;
    this.missing = List.copyOf(missing);
  }

  /**
   * Refuses the value of an option.
   *
   * @param key the option as it is written, such as {@code max_heap}
   */
  public static OptionException of(String key, String message) {
    return new OptionException(List.of(key), List.of(), message);
  }

  /**
   * Refuses the value of an option where it is not right.
   *
   * @param key the option as it is written
   * @param written its value
   * @param problem the judgement on the value, such as {@code no size, such as 800m or 2g}
   */
  public static void require(String key, boolean right, String written, String problem) {
    if (!right) {
      throw of(key, "%s: '%s' is %s".formatted(key, written, problem));
    }
  }

  /**
   * Refuses an entry of an option that is a mapping.
   *
   * @param key the option
   * @param entry the key of the entry
   */
  public static OptionException ofEntry(String key, String entry, String message) {
    return new OptionException(List.of(key, entry), List.of(), message);
  }

  /**
   * Refuses the lack of an option that another one needs. The place is that of the flag that has
   * taken its value away, if one has, or else that of the other one.
   *
   * @param key the option without a value
   * @param needing the option that needs it
   */
  public static OptionException missing(String key, String needing, String message) {
    return new OptionException(List.of(needing), List.of(key), message);
  }

  /**
   * Refuses the lack of every one of some options. The place is that of the flag that has taken a
   * value away, if one has, or else that of the record.
   *
   * @param keys the options without a value
   */
  public static OptionException missing(List<String> keys, String message) {
    return new OptionException(List.of(), keys, message);
  }

  /**
   * The option and, where it is about one of its entries, the key of that; empty where all of the
   * record is refused.
   */
  public List<String> path() {
    return path;
  }

  /** The options whose lack is refused. */
  public List<String> missing() {
    return missing;
  }
}
