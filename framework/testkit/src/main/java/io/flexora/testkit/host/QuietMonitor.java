package io.flexora.testkit.host;

import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;

/** A monitor without a listener. */
record QuietMonitor() implements Monitor {

  @Override
  public void step(Progress progress) {
    // Nobody listens.
  }

  @Override
  public void event(Event event) {
    // Nobody listens.
  }

  @Override
  public void notice(String sentence) {
    // Nobody listens.
  }
}
