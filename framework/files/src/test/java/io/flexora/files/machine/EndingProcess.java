package io.flexora.files.machine;

/** Ends in the way that its argument names. */
final class EndingProcess {

  private EndingProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    ProcessExit exit = ProcessExit.guard(7, System.err);
    exit.during("cell 'main'");
    switch (arguments[0]) {
      case "own" -> exit.now(3);
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
