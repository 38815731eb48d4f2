package io.flexora.web;

import io.flexora.api.run.Event;
import io.flexora.results.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The progress of a cell, from the ledger and its own record. */
final class CellProgress {

  static final double MILLIS = 1e3;

  /** The state of a cell. */
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
  private Optional<Event.CellEnded> result = Optional.empty();

  /** A line of the ledger about this cell. */
  void observe(RunEvent event) {
    if (event.what() instanceof Event.CellStarted) {
      begin(event.time());
    } else if (event.what() instanceof Event.CellEnded how) {
      end(State.DONE, event.time());
      result = Optional.of(how);
    } else if (event.what() instanceof Event.CellFailed how) {
      end(State.FAILED, event.time());
      cause = Optional.of(how.cause());
    }
  }

  private void begin(Instant time) {
    state = State.RUNNING;
    started = Optional.of(time);
    over = Optional.empty();
    cause = Optional.empty();
  }

  private void end(State how, Instant time) {
    state = how;
    over = Optional.of(time);
    result = Optional.empty();
    cause = Optional.empty();
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

  /** The metric that decides and its value, as the page shows them; nothing where none is known. */
  Map<String, Object> measured() {
    Map<String, Object> json = new LinkedHashMap<>();
    result
        .filter(ended -> Double.isFinite(ended.value()))
        .ifPresent(ended -> json.put("value", ended.value()));
    result.flatMap(Event.CellEnded::metric).ifPresent(metric -> json.put("metric", metric));
    result
        .flatMap(Event.CellEnded::metricDescription)
        .ifPresent(
            description -> {
              json.put("percent", description.percent());
              json.put("unit", description.unit());
            });
    return json;
  }

  /** The layers that were chosen. */
  List<Integer> layers() {
    return result.map(Event.CellEnded::layers).orElse(List.of());
  }

  /**
   * How long it has run since it was begun last, in seconds; empty if it was not begun, or if its
   * folder alone says that it has ended.
   *
   * @param until when it stopped if the ledger does not tell: now if it runs
   */
  Optional<Double> seconds(Supplier<Instant> until) {
    return state == State.DONE && !told()
        ? Optional.empty()
        : started.map(
            from -> Math.max(0, Duration.between(from, over.orElseGet(until)).toMillis() / MILLIS));
  }
}
