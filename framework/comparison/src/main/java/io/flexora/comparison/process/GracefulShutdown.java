package io.flexora.comparison.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the work of this process in order when the process is asked to end or the one that it works
 * for has died; work that does not end in time is ended by force.
 */
final class GracefulShutdown {

  static final Duration GRACE = Duration.ofSeconds(30);
  private static final int TERMINATED = 143;
  private static final long LOOK_MILLIS = 200;

  private final Duration grace;
  private final CountDownLatch reached = new CountDownLatch(1);
  private boolean asked;
  private Runnable cancel = () -> {};

  GracefulShutdown(Duration grace) {
    this.grace = grace;
  }

  /** Listens to Ctrl-C and to polite requests: the process ends when the work has. */
  static GracefulShutdown ofThisProcess() {
    GracefulShutdown end = new GracefulShutdown(GRACE);
    Runtime.getRuntime().addShutdownHook(new Thread(end::endAndWait, "graceful-shutdown"));
    return end;
  }

  private void endAndWait() {
    ask();
    waitForEnd();
  }

  /** Ends with another process; at once if that has ended already. */
  void withParent(long pid) {
    Optional<ProcessHandle> parent = ProcessHandle.of(pid);
    // Asked before the work begins: a parent that dies later has lost its children.
    boolean child = isParent(parent);
    Thread watch = new Thread(() -> endWith(parent, child), "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void endWith(Optional<ProcessHandle> parent, boolean child) {
    // A parent that has died and that nobody has reaped counts as alive, but has no children.
    // The end of a process that is none of its own Java looks for every five seconds only, in time.
    while (parent.filter(ProcessHandle::isAlive).isPresent() && (!child || isParent(parent))) {
      pause();
    }
    ask();
    if (!waitForEnd()) {
      Runtime.getRuntime().halt(TERMINATED);
    }
  }

  private static boolean isParent(Optional<ProcessHandle> process) {
    return process.isPresent() && ProcessHandle.current().parent().equals(process);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      // Nobody interrupts a watch that the end of the process ends.
    }
  }

  /** Says how the work is ended. */
  synchronized void by(Runnable way) {
    cancel = way;
    if (asked) {
      way.run();
    }
  }

  /** The work has ended. */
  void reached() {
    reached.countDown();
  }

  private synchronized void ask() {
    asked = true;
    cancel.run();
  }

  private boolean waitForEnd() {
    try {
      return reached.await(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
