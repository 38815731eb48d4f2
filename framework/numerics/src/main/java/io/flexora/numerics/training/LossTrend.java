package io.flexora.numerics.training;

import io.flexora.api.run.State;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The trend of the training loss: its sums over the first and the last tenth of the steps. The loss
 * of one batch says little, as batches differ.
 *
 * @param first the sum over the first tenth, in nats; NaN if it is not known
 * @param last the sum over the last tenth, in nats
 * @since 0.1
 */
public record LossTrend(double first, double last) {

  /** Before the first step. */
  static final LossTrend START = new LossTrend(0, 0);

  /** Of a training whose first steps are not known. */
  static final LossTrend NONE = new LossTrend(Double.NaN, 0);

  /** Fewer batches in a tenth say nothing. */
  private static final int FEWEST = 4;

  private static final String FIRST = "loss_of_first_tenth";
  private static final String LAST = "loss_of_last_tenth";

  /** Reads what {@link #writeTo} has written; {@link #NONE} if a checkpoint has none of it. */
  static LossTrend of(State state) {
    return state.values().containsKey(FIRST)
        ? new LossTrend(number(state, FIRST), number(state, LAST))
        : NONE;
  }

  /** Puts it among the values of a checkpoint, if there is something to put. */
  void writeTo(Map<String, Object> values) {
    if (!Double.isNaN(first)) {
      values.put(FIRST, first);
      values.put(LAST, last);
    }
  }

  /**
   * The trend with one more step.
   *
   * @param step its number, from 1
   * @param total the steps in all
   * @param loss the loss of its batch, in nats
   */
  LossTrend after(long step, long total, double loss) {
    long tenth = total / 10;
    return new LossTrend(
        step <= tenth ? first + loss : first, step > total - tenth ? last + loss : last);
  }

  /**
   * What to tell of a training that has done all its steps; empty if the loss has fallen, or if
   * there are too few steps to say.
   */
  Optional<String> warning(long total) {
    long tenth = total / 10;
    if (tenth < FEWEST || !(last >= first)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the training loss has not fallen: on average it is %.3f over the first %d of %d steps"
                + " and %.3f over the last %d; a lower learning_rate, or warmup_ratio: 0.1, may help",
            first / tenth,
            tenth,
            total,
            last / tenth,
            tenth));
  }

  private static double number(State state, String name) {
    return ((Number) state.values().get(name)).doubleValue();
  }
}
