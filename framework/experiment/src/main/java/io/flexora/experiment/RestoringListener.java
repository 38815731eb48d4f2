package io.flexora.experiment;

import io.flexora.api.run.Progress;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.util.function.Consumer;

/**
 * Puts back, at each event of a run, what a plugin has changed of the whole process since the last.
 *
 * @param told takes each change in a sentence
 */
record RestoringListener(RunListener listener, ExtensionCatalog catalog, Consumer<String> told)
    implements RunListener {

  @Override
  public void progress(String cell, String phase, Progress progress) {
    restore();
    listener.progress(cell, phase, progress);
  }

  @Override
  public void event(RunEvent event) {
    restore();
    listener.event(event);
  }

  @Override
  public void notice(String cell, String phase, String sentence) {
    restore();
    listener.notice(cell, phase, sentence);
  }

  private void restore() {
    catalog.restoreProcess().forEach(told);
  }
}
