package io.flexora.web;

import io.flexora.api.report.RunEvent;
import io.flexora.comparison.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far a cell is, as the ledger and its own record tell. */
final class CellProgress {

  static final double MILLIS = 1e3;

  /** How far a cell is. */
  enum State {
    TO_DO,
    RUNNING,
    INTERRUPTED,
    DONE,
    FAILED
  }

  private State state = State.TO_DO;
  private Optional<Instant> started = Optional.empty();
  private Optional<Instant> over = Optional.empty();
  private Optional<String> cause = Optional.empty();
  private Map<String, Object> result = Map.of();

  /** A line of the ledger about this cell. */
  void observe(RunEvent event) {
    switch (event.kind()) {
      case Ledger.CELL_STARTED -> begin(event.time());
      case Ledger.CELL_ENDED -> end(State.DONE, event);
      case Ledger.CELL_FAILED -> end(State.FAILED, event);
      default -> {
        // Another release may tell more.
      }
    }
  }

  private void begin(Instant time) {
    state = State.RUNNING;
    started = Optional.of(time);
    over = Optional.empty();
    cause = Optional.empty();
  }

  private void end(State how, RunEvent event) {
    state = how;
    over = Optional.of(event.time());
    result = event.values();
    cause =
        how == State.FAILED
            ? Optional.of(String.valueOf(event.values().getOrDefault("cause", "unknown")))
            : Optional.empty();
  }

  /** Whether the ledger told how it ended. */
  boolean told() {
    return over.isPresent();
  }

  /** Its folder says that it has ended well, whatever the ledger had no time to tell. */
  void foundDone() {
    state = State.DONE;
  }

  /**
   * How far it is.
   *
   * @param alive whether the process that works on the comparison lives
   */
  State state(boolean alive) {
    return state == State.RUNNING && !alive ? State.INTERRUPTED : state;
  }

  Optional<String> cause() {
    return cause;
  }

  /** The value of the metric that decides, where it is known. */
  Optional<Double> value() {
    return number("value");
  }

  /** The name of that metric. */
  Optional<String> metric() {
    return Optional.ofNullable(result.get("metric")).map(String::valueOf);
  }

  /** The layers that were chosen. */
  List<?> layers() {
    return result.get("layers") instanceof List<?> layers ? layers : List.of();
  }

  private Optional<Double> number(String name) {
    return result.get(name) instanceof Number number && Double.isFinite(number.doubleValue())
        ? Optional.of(number.doubleValue())
        : Optional.empty();
  }

  /** How long it has run since it was begun last, in seconds; until now if it runs. */
  Optional<Double> seconds(Instant now) {
    return started.map(
        from -> Math.max(0, Duration.between(from, over.orElse(now)).toMillis() / MILLIS));
  }
}
