package io.flexora.testkit.host;

import io.flexora.api.run.Monitor;
import java.util.Map;

/** Where nobody listens. */
record QuietMonitor() implements Monitor {

  @Override
  public void step(long done, long total, Map<String, ?> figures) {
    // Nobody listens.
  }

  @Override
  public void event(String kind, Map<String, ?> values) {
    // Nobody listens.
  }

  @Override
  public void notice(String sentence) {
    // Nobody listens.
  }
}
