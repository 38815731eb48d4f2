package io.flexora.runstore;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * The monitor of one phase of one cell: writes the record, tells the listener, and ends the phase
 * when the run was cancelled.
 *
 * @since 0.1
 */
public final class RunMonitor implements Monitor {

  private final EventLog log;
  private final String cell;
  private final String phase;
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final Clock clock;
  private volatile long done;
  private AfterStep afterStep = cancelled -> {};

  /** Acts when a step is in the record. */
  interface AfterStep {
    void recorded(boolean cancelled);
  }

  /**
   * Makes the monitor.
   *
   * @param cell the name of the cell; {@code ""} for the run itself
   * @param phase {@code search}, {@code train} or {@code evaluate}; {@code ""} outside of one
   * @param cancelled whether the run was cancelled
   */
  public RunMonitor(
      EventLog log,
      String cell,
      String phase,
      RunListener listener,
      BooleanSupplier cancelled,
      Clock clock) {
    this.log = log;
    this.cell = cell;
    this.phase = phase;
    this.listener = listener;
    this.cancelled = cancelled;
    this.clock = clock;
  }

  @Override
  public void step(Progress progress) {
    done = progress.done();
    append(new Event.StepDone(progress));
    listener.progress(cell, phase, progress);
    boolean ends = cancelled();
    afterStep.recorded(ends);
    if (ends) {
      throw new CancelledException();
    }
  }

  /** Sets what is done after each step, before the phase ends if the run was cancelled. */
  void afterSteps(AfterStep action) {
    afterStep = action;
  }

  @Override
  public void event(Event event) {
    listener.event(append(event));
  }

  @Override
  public void notice(String sentence) {
    append(new Event.Notice(sentence));
    listener.notice(cell, phase, sentence);
  }

  /** Tells that the phase goes on from a checkpoint. */
  void resumed(long step) {
    done = step;
    event(new Event.Resumed());
    if (!log.hasStep(cell, phase, step)) {
      notice(
          "%s has lost the record of %s before step %d, from which it goes on. Curves and times lack it."
              .formatted(log.path(), phase, step));
    }
  }

  /** Whether the run was cancelled. */
  boolean cancelled() {
    return cancelled.getAsBoolean();
  }

  /** Forces the record to the disk. */
  void sync() {
    log.sync();
  }

  private RunEvent append(Event what) {
    RunEvent event = new RunEvent(clock.instant(), cell, phase, done, what);
    log.append(event);
    return event;
  }
}
