package io.flexora.transformers.config;

import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Numbers and texts by their keys, and the words to refuse one with. A key whose value is null
 * counts as absent.
 *
 * @since 0.1
 */
public abstract class Keys {
  private static final double MOST_FACTOR = 1e6;

  private final String where;

  /**
   * @param where the file, as messages name it
   */
  public Keys(String where) {
    this.where = where;
  }

  /** The value of a key: a Number, String, Boolean, List or whatever the file has; else empty. */
  public abstract Optional<Object> value(String key);

  /** The file, as messages name it. */
  public String where() {
    return where;
  }

  /**
   * The whole number of a key; empty if it is absent.
   *
   * @throws FlexoraException if it is anything else
   */
  public OptionalInt integer(String key) {
    Optional<Object> value = value(key);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.get() instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && Math.abs(number.doubleValue()) <= Integer.MAX_VALUE) {
      return OptionalInt.of(number.intValue());
    }
    throw wrong(key, quoted(value.get()), "a whole number");
  }

  /**
   * The finite number of a key; empty if it is absent.
   *
   * @throws FlexoraException if it is anything else
   */
  public OptionalDouble number(String key) {
    Optional<Object> value = value(key);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (value.get() instanceof Number number && Double.isFinite(number.doubleValue())) {
      return OptionalDouble.of(number.doubleValue());
    }
    throw wrong(key, quoted(value.get()), "a number");
  }

  /**
   * The text of a key; empty if it is absent.
   *
   * @throws FlexoraException if it is anything else
   */
  public Optional<String> text(String key) {
    return value(key).map(v -> cast(key, v, String.class, "a text"));
  }

  /**
   * The truth value of a key.
   *
   * @param absent the value if it is absent
   * @throws FlexoraException if it is anything else
   */
  public boolean flag(String key, boolean absent) {
    return value(key).map(v -> cast(key, v, Boolean.class, "true or false")).orElse(absent);
  }

  /** A whole number from 1 to the greatest that makes sense. */
  public int size(String key, OptionalInt absent, int most) {
    OptionalInt value = integer(key);
    if (value.isEmpty() && absent.isEmpty()) {
      throw missing(key);
    }
    int size = value.orElseGet(absent::getAsInt);
    if (size < 1 || size > most) {
      throw wrong(key, size, "1 to " + most);
    }
    return size;
  }

  /** What is added to a mean square or a variance in a norm, which float32 has to tell from 0. */
  public double epsilon(String key, OptionalDouble absent) {
    OptionalDouble seen = number(key);
    if (seen.isEmpty() && absent.isEmpty()) {
      throw missing(key);
    }
    double epsilon = seen.orElseGet(absent::getAsDouble);
    if (!(epsilon >= Float.MIN_NORMAL && epsilon < 1)) {
      throw wrong(key, epsilon, "a number between 0 and 1 that float32 tells from 0");
    }
    return epsilon;
  }

  /** Refuses a factor of a magnitude that no model has. */
  public double factor(String key, double value) {
    if (!(Math.abs(value) >= 1 / MOST_FACTOR && Math.abs(value) <= MOST_FACTOR)) {
      throw wrong(key, value, "a number other than 0, of a magnitude from 1e-6 to 1e6");
    }
    return value;
  }

  /**
   * Refuses a {@code pad_token_id} that is none of the vocabulary; -1 stands for none, as in the
   * first checkpoints of Llama. A token of beginning or end may lie beyond the vocabulary, as for
   * transformers: nothing is computed from its id.
   */
  public void requireTokens(int vocabulary) {
    integer("pad_token_id")
        .ifPresent(
            padding -> {
              if (padding < -1 || padding >= vocabulary) {
                String accepted = "a token of the vocabulary, 0 to " + (vocabulary - 1);
                throw wrong("pad_token_id", padding, accepted);
              }
            });
  }

  /** The refusal of a file without a key that it has to have. */
  public FlexoraException missing(String key) {
    return new FlexoraException(
        where + " has no key '" + key + "', without which the model is not known. Fetch it again");
  }

  /**
   * The refusal of a value.
   *
   * @param seen the value
   * @param accepted what would be accepted, as the end of a sentence
   */
  public FlexoraException wrong(String key, Object seen, String accepted) {
    return new FlexoraException(
        where + ": '" + key + "' is " + shortened(seen) + "; accepted is " + accepted);
  }

  /** The refusal of something that this backend does not compute. */
  public FlexoraException unsupported(String key, Object seen, String what) {
    return new FlexoraException(where + ": '" + key + "' is " + shortened(seen) + ", and " + what);
  }

  private <T> T cast(String key, Object seen, Class<T> type, String accepted) {
    if (!type.isInstance(seen)) {
      throw wrong(key, seen, accepted);
    }
    return type.cast(seen);
  }

  /** A text that looks like a number is none. */
  private static Object quoted(Object seen) {
    return seen instanceof String text ? "\"" + text + "\"" : seen;
  }

  private static String shortened(Object seen) {
    String text =
        seen instanceof List<?> list && list.size() > 8
            ? list.subList(0, 8) + " ..."
            : String.valueOf(seen);
    return text.length() > 120 ? text.substring(0, 120) + " ..." : text;
  }
}
