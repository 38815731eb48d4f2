package io.flexora.trainer.lora;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Monitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Remembers what it was told; cancels the run after a step. */
final class RecordingMonitor implements Monitor {

  final List<Map<String, ?>> steps = new ArrayList<>();
  final List<String> notices = new ArrayList<>();
  private final long cancelAfter;

  RecordingMonitor() {
    this(Long.MAX_VALUE);
  }

  RecordingMonitor(long cancelAfter) {
    this.cancelAfter = cancelAfter;
  }

  @Override
  public void step(long done, long total, Map<String, ?> figures) {
    Map<String, Object> repeatable = new TreeMap<>(figures);
    repeatable.remove("tokens_per_second");
    repeatable.put("step", done);
    steps.add(repeatable);
    if (done == cancelAfter) {
      throw new CancelledException();
    }
  }

  @Override
  public void event(String kind, Map<String, ?> values) {}

  @Override
  public void notice(String sentence) {
    notices.add(sentence);
  }
}
