package io.flexora.api.data;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The value that an answer is measured against, and that a head learns, where that is not one of
 * the choices. A plugin may bring its own record, as text of which two equal values are equal.
 *
 * @since 0.1
 */
@ConsumerType
public interface Target {

  /**
   * Takes a field of a row as the target: a number as {@link Numeric}, a text, a boolean or the
   * text of a number as {@link Text}.
   *
   * @throws RowException if the row has no such field, or it holds anything else
   */
  static Target ofField(Row row, String field) {
    Object value = row.fields().get(field);
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return new Numeric(number.doubleValue());
    }
    if (value instanceof String || value instanceof Boolean) {
      return new Text(value.toString());
    }
    throw new RowException(
        row.origin(),
        value == null
            ? "row %s has no field '%s' for its target; it has %s"
                .formatted(row.origin(), field, String.join(", ", row.names()))
            : "row %s: the target field '%s' should be a number or a text, not '%s'"
                .formatted(row.origin(), field, value));
  }

  /**
   * A number, as regression has it.
   *
   * @param value the number; finite
   */
  record Numeric(double value) implements Target {

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public Numeric {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("the target " + value + " is not a finite number");
      }
    }
  }

  /**
   * A text, such as the reference of a generated answer.
   *
   * @param value the text
   */
  record Text(String value) implements Target {}

  /**
   * Texts that an example's own text, a query, is to find or not.
   *
   * @param positive the text to find
   * @param negatives texts not to find, although they are close
   * @param score the similarity of query and positive; empty where it is not known
   */
  record Passages(String positive, List<String> negatives, OptionalDouble score) implements Target {

    /** Copies the list. */
    public Passages {
      negatives = List.copyOf(negatives);
    }

    /** All texts, the positive first. */
    public List<String> texts() {
      return Stream.concat(Stream.of(positive), negatives.stream()).toList();
    }
  }
}
