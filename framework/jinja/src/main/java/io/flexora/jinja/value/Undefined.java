package io.flexora.jinja.value;

import io.flexora.files.message.NearestName;
import io.flexora.jinja.dialect.JinjaException;
import java.util.Collection;

/** The value of a variable or attribute that does not exist. */
public final class Undefined {
  private final String message;
  private final boolean strict;

  private Undefined(String message, boolean strict) {
    this.message = message;
    this.strict = strict;
  }

  public static Undefined variable(String name, Collection<String> known, boolean strict) {
    return new Undefined(
        "'" + name + "' is undefined" + (strict ? NearestName.hint(name, known) : ""), strict);
  }

  public static Undefined of(String message, boolean strict) {
    return new Undefined(message, strict);
  }

  /** Is called where jinja2's default undefined still works and its strict one does not. */
  public void use() {
    if (strict) {
      throw refusal();
    }
  }

  /** Is for uses that no undefined value allows. */
  public JinjaException refusal() {
    return new JinjaException(message);
  }
}
