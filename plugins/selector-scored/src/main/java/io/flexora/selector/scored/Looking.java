package io.flexora.selector.scored;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;
import java.util.function.Supplier;

/** Looks at what a model need not show. */
final class Looking {

  private Looking() {}

  /**
   * Looks.
   *
   * @param selector the name of the selector, for messages
   * @param at what is looked at, for messages
   * @throws FlexoraException if the model does not show it
   */
  static <T> T at(String at, String selector, SelectionContext context, Supplier<T> look) {
    try {
      return look.get();
    } catch (UnsupportedOperationException e) {
      throw new FlexoraException(
          ("selector %s looks at the %s, which this model (%s) does not show: %s; choose another"
                  + " selector, or load the model with a backend that shows them, such as encoder or"
                  + " decoder")
              .formatted(selector, at, context.shape().family(), e.getMessage()),
          e);
    }
  }
}
