package io.flexora.comparison.run;

import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;

/**
 * A listener to a cell's run that reports it under the name that the cell has in the comparison.
 */
record CellListener(String id, RunListener listener) implements RunListener {

  @Override
  public void progress(String cell, String phase, Progress progress) {
    listener.progress(named(cell), phase, progress);
  }

  @Override
  public void event(RunEvent event) {
    listener.event(
        new RunEvent(event.time(), named(event.cell()), event.phase(), event.step(), event.what()));
  }

  @Override
  public void notice(String cell, String phase, String sentence) {
    listener.notice(named(cell), phase, sentence);
  }

  /** What belongs to no cell of the run, such as a download, belongs to none here. */
  private String named(String cell) {
    return cell.isEmpty() ? "" : id;
  }
}
