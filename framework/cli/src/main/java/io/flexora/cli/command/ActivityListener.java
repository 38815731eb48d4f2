package io.flexora.cli.command;

import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.util.function.Consumer;

/** A listener that shows the running cell and phase beside another listener. */
final class ActivityListener implements RunListener {

  private final RunListener listener;
  private final Consumer<String> activity;

  ActivityListener(RunListener listener, Consumer<String> activity) {
    this.listener = listener;
    this.activity = activity;
  }

  @Override
  public void progress(String cell, String phase, Progress progress) {
    tell(cell, phase);
    listener.progress(cell, phase, progress);
  }

  @Override
  public void event(RunEvent event) {
    tell(event.cell(), event.phase());
    listener.event(event);
  }

  @Override
  public void notice(String cell, String phase, String sentence) {
    listener.notice(cell, phase, sentence);
  }

  private void tell(String cell, String phase) {
    if (!cell.isEmpty()) {
      activity.accept("cell '" + cell + "'" + (phase.isEmpty() ? "" : ", " + phase));
    }
  }
}
