package io.flexora.source.hf;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Monitor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told. */
final class RecordingMonitor implements Monitor {
  private final List<String> steps = new CopyOnWriteArrayList<>();
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final boolean cancelled;

  RecordingMonitor(boolean cancelled) {
    this.cancelled = cancelled;
  }

  List<String> steps() {
    return steps;
  }

  List<String> notices() {
    return notices;
  }

  List<String> events() {
    return events;
  }

  @Override
  public void step(long done, long total, Map<String, ?> figures) {
    steps.add(done + "/" + total);
    if (cancelled) {
      throw new CancelledException();
    }
  }

  @Override
  public void event(String kind, Map<String, ?> values) {
    events.add(kind + " " + new TreeMap<>(values));
  }

  @Override
  public void notice(String sentence) {
    notices.add(sentence);
  }
}
