package io.flexora.jinja.dialect;

import io.flexora.api.run.FlexoraException;

/**
 * A template that cannot be read or rendered, or one that refuses its input by {@code
 * raise_exception}.
 *
 * @since 0.1
 */
public final class JinjaException extends FlexoraException {
  private static final long serialVersionUID = 1L;
  private final String reason;

  /** A failure without its place, which rendering adds. */
  public JinjaException(String reason) {
    super(reason);
    this.reason = reason;
  }

  private JinjaException(String place, String reason, Throwable cause) {
    super(place + ": " + reason, cause);
    this.reason = reason;
  }

  /** The same failure with its place in front. */
  public JinjaException at(String template, int line) {
    return new JinjaException(template + ", line " + line, reason, this);
  }

  /** What went wrong, without the template's name and line. */
  public String reason() {
    return reason;
  }
}
