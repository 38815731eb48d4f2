package io.flexora.numerics.layer;

import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.SelectionBounds;

/**
 * The number of layers to choose, as written in the option {@code layers}.
 *
 * @param written a number, or {@code same} for as many as the others choose
 * @since 0.1
 */
public record LayerCount(String written) {

  private static final String SAME = "same";

  /**
   * Checks what was written.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public LayerCount {
    OptionException.require(
        "layers",
        written.equals(SAME) || written.matches("\\d{1,9}"),
        written,
        "neither a number of layers, such as 6, nor 'same'");
  }

  /**
   * The number of layers.
   *
   * @param selector the name of the selector, for messages
   * @throws FlexoraException if there are fewer layers than that, or if there is no number to be
   *     the same as
   */
  public int in(String selector, SelectionBounds bounds) {
    int count = written.equals(SAME) ? same(selector, bounds) : Integer.parseInt(written);
    int available = bounds.shape().layers();
    if (count > available) {
      throw new IncompatibleOptionException(
          "layers",
          "selector %s is to choose %d layers, but the model has %d; write layers: %d or less"
              .formatted(selector, count, available, available));
    }
    return count;
  }

  /**
   * Notes bounds that it does not fit, as {@link #in} refuses them.
   *
   * @param selector the name of the selector, for messages
   */
  public void check(String selector, SelectionBounds bounds, Compatibility found) {
    found.check(() -> in(selector, bounds));
  }

  private static int same(String selector, SelectionBounds bounds) {
    return bounds
        .sameCount()
        .orElseThrow(
            () ->
                new IncompatibleOptionException(
                    "layers",
                    ("selector %s is to choose the 'same' number of layers, but there is none to"
                            + " take it from: it is a run's main selector, or the budget of the"
                            + " comparison holds no number of layers equal; write a number, such"
                            + " as layers: 6")
                        .formatted(selector)));
  }
}
