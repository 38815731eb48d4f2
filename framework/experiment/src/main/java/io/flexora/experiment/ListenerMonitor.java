package io.flexora.experiment;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Monitor;
import io.flexora.runstore.RunListener;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Tells a listener what happens where there is no run to record it in. */
record ListenerMonitor(RunListener listener, BooleanSupplier cancelled, String cell, String phase)
    implements Monitor {

  /** A monitor of downloads. */
  ListenerMonitor(RunListener listener, BooleanSupplier cancelled) {
    this(listener, cancelled, "", "");
  }

  @Override
  public void step(long done, long total, Map<String, ?> figures) {
    listener.progress(cell, phase, done, total, Map.copyOf(figures));
    if (cancelled.getAsBoolean()) {
      throw new CancelledException();
    }
  }

  @Override
  public void event(String kind, Map<String, ?> values) {
    // Nobody keeps a record.
  }

  @Override
  public void notice(String sentence) {
    listener.notice(cell, phase, sentence);
  }
}
