package io.flexora.api.data;

import io.flexora.api.run.IncompatibleOptionException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes the fields of a row out of it as what a task needs. A field that is missing, or of another
 * type, becomes a {@link RowException} that names the row's origin, the field and what it holds:
 * what somebody has to know who corrects the data.
 *
 * @param row the row
 * @since 0.1
 */
public record RowFields(Row row) {

  private static final int SHOWN = 80;

  /**
   * Takes a field whose name is an option, which the row may not have.
   *
   * @param option the name of the option
   * @throws IncompatibleOptionException in place of what refuses the row
   */
  public static <T> T named(String option, Supplier<T> field) {
    try {
      return field.get();
    } catch (RowException e) {
      throw new IncompatibleOptionException(option, e.getMessage(), e);
    }
  }

  /** Whether a field is there and holds something. */
  public boolean has(String field) {
    return row.fields().get(field) != null;
  }

  /**
   * The value of a field, of whatever type.
   *
   * @throws RowException if the row has no such field, or holds nothing there
   */
  public Object value(String field) {
    Object value = row.fields().get(field);
    if (value != null) {
      return value;
    }
    if (row.fields().containsKey(field)) {
      throw bad("field '%s' is empty".formatted(field));
    }
    throw new RowException(
        row.origin(),
        "row %s has no field '%s'; its fields are '%s'"
            .formatted(row.origin(), field, String.join("', '", row.names())));
  }

  /**
   * The text of a field; a number or a boolean is taken as it is written, a fraction in decimals
   * without an exponent.
   *
   * @throws RowException if it is missing or holds something else
   */
  public String text(String field) {
    return asText(field, value(field));
  }

  /**
   * The text of a field, which has to say something.
   *
   * @throws RowException if it is missing, blank, or no text
   */
  public String filledText(String field) {
    String text = text(field);
    if (text.isBlank()) {
      throw bad("field '%s' is empty".formatted(field));
    }
    return text;
  }

  /**
   * The text of a field that need not be there.
   *
   * @throws RowException if it is there and no text
   */
  public Optional<String> optionalText(String field) {
    return has(field) ? Optional.of(text(field)) : Optional.empty();
  }

  /**
   * The number of a field; a text that is one is taken, too, as files without types have it.
   *
   * @throws RowException if it is missing or no finite number
   */
  public double number(String field) {
    Object value = value(field);
    try {
      double number =
          value instanceof Number n
              ? n.doubleValue()
              : Double.parseDouble(value.toString().strip());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with the value.
    }
    throw wrong(field, "a number", value);
  }

  /**
   * The texts of a field that holds a list.
   *
   * @param least the fewest that there have to be
   * @throws RowException if it is missing, no list of texts, or a shorter one
   */
  public List<String> texts(String field, int least) {
    return asTexts(field, value(field), least);
  }

  /**
   * The texts of a list that is somewhere in the row.
   *
   * @param field the name of its place in messages
   * @param least the fewest that there have to be
   * @throws RowException if it is no list of texts, or a shorter one
   */
  public List<String> asTexts(String field, Object value, int least) {
    if (!(value instanceof List<?> items) || items.size() < least) {
      throw wrong(
          field, "a list of at least %s texts".formatted(least == 2 ? "two" : least), value);
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      texts.add(asText("%s[%d]".formatted(field, i), items.get(i)));
    }
    return List.copyOf(texts);
  }

  /**
   * A text that is somewhere in the row.
   *
   * @param where the name of its place in messages, such as {@code choices[2]}
   * @throws RowException if it is neither a text, a number nor a boolean
   */
  public String asText(String where, Object value) {
    if (value instanceof Double number && Double.isFinite(number)) {
      return decimal(number);
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw wrong(where, "a text", value);
  }

  private static String decimal(double number) {
    String text = Double.toString(number);
    if (text.indexOf('E') < 0) {
      return text;
    }
    String plain = new BigDecimal(text).stripTrailingZeros().toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  /** A failure that names the row and says that a field holds something else than is wanted. */
  public RowException wrong(String field, String wanted, Object value) {
    return bad("field '%s' should be %s, not %s".formatted(field, wanted, shown(value)));
  }

  /**
   * A failure that names the row.
   *
   * @param what the fault, such as {@code field 'text' is empty}
   */
  public RowException bad(String what) {
    return new RowException(
        row.origin(), "row " + row.origin() + ": " + what + "; correct or remove the row");
  }

  private static String shown(Object value) {
    if (value == null) {
      return "empty";
    }
    String text = value.toString();
    return "'" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'";
  }
}
