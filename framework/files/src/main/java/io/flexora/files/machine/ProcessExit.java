package io.flexora.files.machine;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The end of this process, which belongs to its main program. Where any other code calls {@link
 * System#exit}, such as that of a plugin, the process still ends, but with an exit code of failure
 * and a message that names it. A shutdown hook that does not return is ended by force, with the
 * exit code that was asked for. Code that calls {@link Runtime#halt} ends the process unheard.
 *
 * @since 0.1
 */
public final class ProcessExit {

  private static final String RUNTIME = "java.lang.Runtime";
  private static final String SYSTEM = "java.lang.System";

  /** The exit code of a process that was asked to end by a signal. */
  private static final int TERMINATED = 143;

  private final int failure;
  private final PrintStream errors;
  private final Duration grace;
  private volatile boolean own;
  private volatile int code = TERMINATED;
  private volatile String activity = "";
  private volatile Function<String, Optional<String>> owners = type -> Optional.empty();

  private ProcessExit(int failure, PrintStream errors, Duration grace) {
    this.failure = failure;
    this.errors = errors;
    this.grace = grace;
  }

  /**
   * Guards the end of this process from now on.
   *
   * @param failure the exit code where other code ends the process, not 0
   * @param errors where the message goes
   * @param grace the time that shutdown hooks may take
   */
  public static ProcessExit guard(int failure, PrintStream errors, Duration grace) {
    ProcessExit exit = new ProcessExit(failure, errors, grace);
    Runtime.getRuntime().addShutdownHook(new Thread(exit::checkCaller, "process-exit"));
    return exit;
  }

  /** The end of a process that nobody guards. */
  public static ProcessExit unguarded() {
    return new ProcessExit(
        1,
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
        Duration.ZERO);
  }

  /**
   * Tells whose code there is, for the message.
   *
   * @param plugins gives the plugin of a class, by its name; empty for one of no plugin
   */
  public void owners(Function<String, Optional<String>> plugins) {
    owners = plugins;
  }

  /** Tells what the process is doing, for the message. */
  public void during(String what) {
    activity = what;
  }

  /** Ends the process, as only its main program does. */
  public void now(int wanted) {
    code = wanted;
    own = true;
    System.exit(wanted);
  }

  private void checkCaller() {
    Thread watch = new Thread(this::haltAfterGrace, "process-end");
    watch.setDaemon(true);
    watch.start();
    if (own) {
      return;
    }
    // A signal and the end of the last thread do not pass through Runtime.exit.
    Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
    stacks.forEach((thread, stack) -> caller(stack).ifPresent(frame -> refuse(thread, frame)));
  }

  /** Daemon threads run while the hooks do. */
  private void haltAfterGrace() {
    try {
      Thread.sleep(grace.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String who =
        Thread.getAllStackTraces().entrySet().stream()
            .filter(entry -> entry.getKey() != Thread.currentThread())
            .flatMap(entry -> lingering(entry.getKey(), entry.getValue()).stream())
            .sorted()
            .findFirst()
            .orElse("a shutdown hook");
    errors.println(
        "error: %s keeps the program from ending; it was ended by force after %d seconds"
            .formatted(who, grace.toSeconds()));
    errors.flush();
    Runtime.getRuntime().halt(code);
  }

  /** The first line of a plugin's code in a thread. */
  private Optional<String> lingering(Thread thread, StackTraceElement... stack) {
    return Arrays.stream(stack)
        .filter(frame -> owners.apply(frame.getClassName()).isPresent())
        .findFirst()
        .map(frame -> place(frame) + owner(thread, frame));
  }

  private static Optional<StackTraceElement> caller(StackTraceElement[] stack) {
    List<StackTraceElement> frames = Arrays.asList(stack);
    for (int i = 0; i < frames.size() - 1; i++) {
      boolean called = isExit(frames.get(i), RUNTIME) || isExit(frames.get(i), SYSTEM);
      if (called && !isExit(frames.get(i + 1), SYSTEM)) {
        return Optional.of(frames.get(i + 1));
      }
    }
    return Optional.empty();
  }

  private static boolean isExit(StackTraceElement frame, String type) {
    return frame.getClassName().equals(type) && frame.getMethodName().equals("exit");
  }

  private static String place(StackTraceElement frame) {
    return "%s.%s(%s:%d)"
        .formatted(
            frame.getClassName(),
            frame.getMethodName(),
            frame.getFileName(),
            frame.getLineNumber());
  }

  private void refuse(Thread thread, StackTraceElement frame) {
    errors.println(
        "error: %s ended the program by System.exit%s%s"
            .formatted(
                place(frame),
                owner(thread, frame),
                activity.isEmpty() ? "" : " during " + activity));
    errors.flush();
    Runtime.getRuntime().halt(failure);
  }

  /** A plugin that is being wired has no extensions yet, but is the context of its thread. */
  private String owner(Thread thread, StackTraceElement frame) {
    return owners
        .apply(frame.getClassName())
        .or(
            () ->
                Optional.ofNullable(thread.getContextClassLoader())
                    .map(ClassLoader::getName)
                    .filter(name -> !name.equals("app")))
        .map(" (plugin %s)"::formatted)
        .orElse("");
  }
}
