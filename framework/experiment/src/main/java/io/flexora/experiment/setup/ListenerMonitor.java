package io.flexora.experiment.setup;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.runstore.RunListener;
import java.util.function.BooleanSupplier;

/** A monitor that passes everything to a listener, where no run records it. */
public record ListenerMonitor(
    RunListener listener, BooleanSupplier cancelled, String cell, String phase) implements Monitor {

  /** A monitor of downloads. */
  public ListenerMonitor(RunListener listener, BooleanSupplier cancelled) {
    this(listener, cancelled, "", "");
  }

  @Override
  public void step(Progress progress) {
    listener.progress(cell, phase, progress);
    if (cancelled.getAsBoolean()) {
      throw new CancelledException();
    }
  }

  @Override
  public void event(Event event) {
    // Nobody keeps a record.
  }

  @Override
  public void notice(String sentence) {
    listener.notice(cell, phase, sentence);
  }
}
