package io.flexora.plugin;

import java.util.function.Supplier;

/** Whether experiments are running with the plugins, so that none is exchanged under them. */
final class PluginsInUse {

  private int users;

  /** Works when no change is under way, and lets none begin meanwhile. */
  <R> R during(Supplier<R> work) {
    count(1);
    try {
      return work.get();
    } finally {
      count(-1);
    }
  }

  private synchronized void count(int more) {
    users += more;
  }

  /** Makes a change while no work can begin; does nothing and says false if there is some. */
  synchronized boolean changeUnused(Runnable change) {
    if (users > 0) {
      return false;
    }
    change.run();
    return true;
  }
}
