package io.flexora.experiment.setup;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener whose failures end no run and are not taken for those of a plugin: the first is
 * logged.
 *
 * @since 0.1
 */
public final class GuardedListener implements RunListener {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  private final RunListener listener;
  private final AtomicBoolean failed = new AtomicBoolean();

  private GuardedListener(RunListener listener) {
    this.listener = listener;
  }

  /** Guards a listener. */
  public static RunListener of(RunListener listener) {
    return listener instanceof GuardedListener ? listener : new GuardedListener(listener);
  }

  @Override
  public void progress(String cell, String phase, Progress progress) {
    tell(() -> listener.progress(cell, phase, progress));
  }

  @Override
  public void event(RunEvent event) {
    tell(() -> listener.event(event));
  }

  @Override
  public void notice(String cell, String phase, String sentence) {
    tell(() -> listener.notice(cell, phase, sentence));
  }

  private void tell(Runnable call) {
    try {
      call.run();
    } catch (CancelledException e) {
      throw e;
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      if (!failed.getAndSet(true)) {
        LOG.warn("the listener of a run has failed; the run goes on", e);
      }
    }
  }
}
