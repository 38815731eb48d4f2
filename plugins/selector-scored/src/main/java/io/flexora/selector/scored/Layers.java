package io.flexora.selector.scored;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How many layers to keep, as it is written, and which. */
final class Layers {

  private static final String SAME = "same";

  private Layers() {}

  /**
   * Checks what was written.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  static void requireCount(String written) {
    if (!written.equals(SAME) && !written.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "layers: '%s' is neither a number of layers, such as 6, nor 'same'".formatted(written));
    }
  }

  /**
   * The number of layers to keep.
   *
   * @param selector the name of the selector, for messages
   * @throws FlexoraException if there are fewer layers than that, or if there is no main selector
   *     to take the number from
   */
  static int count(String written, String selector, SelectionContext context) {
    int count = written.equals(SAME) ? main(selector, context) : Integer.parseInt(written);
    int available = context.shape().layers();
    if (count > available) {
      throw new FlexoraException(
          "selector %s is to keep %d layers, but the model has %d; write layers: %d or less"
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
                    ("selector %s is the experiment's main one, so there is no other to keep the"
                            + " 'same' number of layers as; write a number, such as layers: 6")
                        .formatted(selector)));
  }

  /**
   * The layers with the highest scores, ascending; of equal scores the lower layer's counts more.
   */
  static List<Integer> highest(List<Double> scores, int count) {
    return IntStream.range(0, scores.size())
        .boxed()
        .sorted(Comparator.comparing(scores::get, Comparator.reverseOrder()))
        .limit(count)
        .sorted()
        .toList();
  }
}
