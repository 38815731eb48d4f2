package io.flexora.report.html.evidence;

import java.util.OptionalDouble;

/**
 * A measured number.
 *
 * @param value the number
 * @param standardError its standard error, if it was given
 */
public record Measure(double value, OptionalDouble standardError) {

  /** The standard error, 0 if none was given. */
  public double error() {
    return standardError.orElse(0);
  }
}
