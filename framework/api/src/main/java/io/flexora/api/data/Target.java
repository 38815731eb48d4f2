package io.flexora.api.data;

/**
 * What an answer is measured against where that is not one of the choices.
 *
 * @since 0.1
 */
public sealed interface Target {

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
}
