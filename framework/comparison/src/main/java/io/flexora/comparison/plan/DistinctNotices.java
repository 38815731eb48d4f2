package io.flexora.comparison.plan;

import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.util.HashSet;
import java.util.Set;

/** Passes each notice on once, however many cells tell it. */
public final class DistinctNotices implements RunListener {

  private final RunListener listener;
  private final Set<String> told = new HashSet<>();

  /** Makes the listener; nothing is told yet. */
  public DistinctNotices(RunListener listener) {
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
}
