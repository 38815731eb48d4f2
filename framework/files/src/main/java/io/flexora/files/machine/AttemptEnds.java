package io.flexora.files.machine;

import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellExecution;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The consequence of an attempt on another machine that ended without a result: the cell fails, or
 * is tried again if the attempt was lost. For one thread.
 *
 * @since 0.1
 */
public final class AttemptEnds {

  /** As long as a shared file system may take to show what another machine has written. */
  public static final Duration ARRIVAL = Duration.ofSeconds(75);

  private final CellExecution execution;
  private final int most;
  private final Duration arrival;
  private final Map<String, Integer> losses = new HashMap<>();

  /**
   * Begins without a loss.
   *
   * @param most the attempts at a cell, if each is lost
   * @param arrival how long the result of a process may take to arrive after its end
   */
  public AttemptEnds(CellExecution execution, int most, Duration arrival) {
    this.execution = execution;
    this.most = most;
    this.arrival = arrival;
  }

  /**
   * Whether the process of an attempt has ended without a result, so that the cell has failed,
   * which is recorded then; not yet, if it has ended well and its result may still arrive.
   *
   * @param known for how long it is known that it has ended
   */
  public boolean isFailed(CellAttempt attempt, ProcessEnd end, Duration known) {
    if (end.code() == 0 && known.compareTo(arrival) < 0) {
      return false;
    }
    execution.failed(
        attempt.cell(),
        end.code() != 0
            ? end.cause()
            : "its process ended well, but its result is not whole in %s; do all machines see the same files there?"
                .formatted(attempt.folder()));
    return true;
  }

  /**
   * Tells that an attempt was lost.
   *
   * @param cause what happened, in a sentence
   * @return whether the cell is to be tried again; if not, it has failed, which is recorded
   */
  public boolean isToBeRepeated(CellAttempt attempt, String cause) {
    execution.attempts().lost(attempt, cause);
    int lost = losses.merge(attempt.cell().name(), 1, Integer::sum);
    if (lost < most) {
      return true;
    }
    execution.failed(attempt.cell(), "%s; that was attempt %d of %d".formatted(cause, lost, most));
    return false;
  }
}
