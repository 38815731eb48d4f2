package io.flexora.experiment.cell;

import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;

/**
 * The monitor of one part of a phase.
 *
 * @param phase that of the phase
 * @param before the steps of the parts before this one
 * @param total the steps of all parts
 */
record PartMonitor(Monitor phase, long before, long total) implements Monitor {

  @Override
  public void step(Progress progress) {
    phase.step(progress.at(before + progress.done(), total));
  }

  @Override
  public void event(Event event) {
    phase.event(event);
  }

  @Override
  public void notice(String sentence) {
    phase.notice(sentence);
  }
}
