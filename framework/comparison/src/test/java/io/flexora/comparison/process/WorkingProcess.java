package io.flexora.comparison.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process that works until it is cancelled, or does not hear that it is. */
final class WorkingProcess {

  static final int ENDED_IN_ORDER = 17;
  static final String CHECKPOINT = "checkpoint";
  private static final long MINUTES = 10;

  private WorkingProcess() {}

  public static void main(String[] words) throws InterruptedException {
    boolean deaf = words[0].equals("deaf");
    GracefulShutdown end =
        deaf ? new GracefulShutdown(Duration.ofMillis(300)) : GracefulShutdown.ofThisProcess();
    CountDownLatch cancelled = new CountDownLatch(1);
    end.withParent(Long.parseLong(words[1]));
    end.by(deaf ? () -> {} : cancelled::countDown);
    System.out.println();
    boolean heard = cancelled.await(MINUTES, TimeUnit.MINUTES);
    System.out.println(CHECKPOINT);
    end.reached();
    System.exit(heard ? ENDED_IN_ORDER : 0);
  }
}
