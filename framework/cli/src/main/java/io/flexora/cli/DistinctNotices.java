package io.flexora.cli;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Progress;
import io.flexora.runstore.RunListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Passes each notice on once, however many cells tell it, and keeps it. */
final class DistinctNotices implements RunListener {

  private final RunListener listener;
  private final Set<String> told = new LinkedHashSet<>();

  DistinctNotices(RunListener listener) {
    this.listener = listener;
  }

  @Override
  public void progress(String cell, String phase, Progress progress) {
    listener.progress(cell, phase, progress);
  }

  @Override
  public void event(RunEvent event) {
    listener.event(event);
  }

  @Override
  public synchronized void notice(String cell, String phase, String sentence) {
    if (told.add(sentence)) {
      listener.notice(cell, phase, sentence);
    }
  }

  /** All so far, in their order. */
  synchronized List<String> all() {
    return List.copyOf(told);
  }
}
