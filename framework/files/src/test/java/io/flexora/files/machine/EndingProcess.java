package io.flexora.files.machine;

import java.time.Duration;
import java.util.Optional;

/** Ends in the way that its argument names. */
final class EndingProcess {

  private EndingProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    ProcessExit exit = ProcessExit.guard(7, System.err, Duration.ofSeconds(1));
    exit.during("cell 'main'");
    switch (arguments[0]) {
      case "own" -> exit.now(3);
      case "hook" -> {
        exit.owners(
            type ->
                type.equals(Other.class.getName())
                    ? Optional.of("centre-selector 1.0.0")
                    : Optional.empty());
        Runtime.getRuntime().addShutdownHook(new Thread(Other::wander));
        exit.now(3);
      }
      case "leaving-hook" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(Other::leave));
        exit.now(3);
      }
      case "other" -> Other.leave();
      case "thread" -> {
        Thread thread = new Thread(Other::leave);
        thread.setContextClassLoader(new Loader());
        thread.start();
        thread.join();
      }
      case "runtime" -> Runtime.getRuntime().exit(0);
      case "failure" -> throw new IllegalStateException("unexpected");
      case "signal" -> {
        System.out.print('.');
        System.out.flush();
        Thread.sleep(60_000);
      }
      default -> {}
    }
  }

  private static final class Other {

    static void wander() {
      while (System.nanoTime() != 0) {
        Thread.onSpinWait();
      }
    }

    static void leave() {
      System.exit(0);
    }
  }

  private static final class Loader extends ClassLoader {

    Loader() {
      super("centre-selector 1.0.0", EndingProcess.class.getClassLoader());
    }
  }
}
