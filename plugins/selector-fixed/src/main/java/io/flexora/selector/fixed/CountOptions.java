package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;

/** The option of selectors that choose so many layers. */
public record CountOptions(
    @Option(
            doc =
                "how many layers to choose, or 'same' for as many as the experiment's main"
                    + " selector chose",
            byDefault = "same")
        String layers) {

  private static final String SAME = "same";

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public CountOptions {
    if (!layers.equals(SAME) && !layers.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "layers: '%s' is neither a number of layers, such as 6, nor 'same'".formatted(layers));
    }
  }

  /**
   * The number of layers.
   *
   * @param selector the name of the selector, for messages
   * @throws FlexoraException if there are fewer layers than that, or if there is no main selector
   *     to take the number from
   */
  int count(String selector, SelectionContext context) {
    int count = layers.equals(SAME) ? main(selector, context) : Integer.parseInt(layers);
    int available = context.shape().layers();
    if (count > available) {
      throw new FlexoraException(
          "selector %s is to choose %d layers, but the model has %d; write layers: %d or less"
              .formatted(selector, count, available, available));
    }
    return count;
  }

  private static int main(String selector, SelectionContext context) {
    return context
        .mainCount()
        .orElseThrow(
            () ->
                new FlexoraException(
                    ("selector %s is the experiment's main one, so there is no other to choose the"
                            + " 'same' number of layers as; write a number, such as layers: 6")
                        .formatted(selector)));
  }
}
