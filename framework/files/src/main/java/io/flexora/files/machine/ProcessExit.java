package io.flexora.files.machine;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The end of this process, which belongs to its main program. Where any other code calls {@link
 * System#exit}, such as that of a plugin, the process still ends, but with an exit code of failure
 * and a message that says who did it. Code that calls {@link Runtime#halt} ends the process
 * unheard.
 *
 * @since 0.1
 */
public final class ProcessExit {

  private static final String RUNTIME = "java.lang.Runtime";
  private static final String SYSTEM = "java.lang.System";

  private final int failure;
  private final PrintStream errors;
  private volatile boolean own;
  private volatile String activity = "";
  private volatile Function<String, Optional<String>> owners = type -> Optional.empty();

  private ProcessExit(int failure, PrintStream errors) {
    this.failure = failure;
    this.errors = errors;
  }

  /**
   * Guards the end of this process from now on.
   *
   * @param failure the exit code where other code ends the process, not 0
   * @param errors where the message goes
   */
  public static ProcessExit guard(int failure, PrintStream errors) {
    ProcessExit exit = new ProcessExit(failure, errors);
    Runtime.getRuntime().addShutdownHook(new Thread(exit::checkCaller, "process-exit"));
    return exit;
  }

  /** The end of a process that nobody guards. */
  public static ProcessExit unguarded() {
    return new ProcessExit(
        1, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
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
  public void now(int code) {
    own = true;
    System.exit(code);
  }

  private void checkCaller() {
    if (own) {
      return;
    }
    // A signal and the end of the last thread do not pass through Runtime.exit.
    Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
    stacks.forEach((thread, stack) -> caller(stack).ifPresent(frame -> refuse(thread, frame)));
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

  private void refuse(Thread thread, StackTraceElement frame) {
    errors.println(
        "error: %s ended the program by System.exit%s%s"
            .formatted(
                frame, owner(thread, frame), activity.isEmpty() ? "" : " during " + activity));
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
