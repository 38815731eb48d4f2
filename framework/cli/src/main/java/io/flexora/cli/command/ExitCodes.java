package io.flexora.cli.command;

/**
 * The exit codes of commands, for scripts.
 *
 * @since 0.1
 */
public final class ExitCodes {

  /** All went well. */
  public static final int OK = 0;

  /** The run failed, its results could not be printed, or the program has a defect. */
  public static final int FAILED = 1;

  /** The command line, the configuration or a file is wrong; nothing was run. */
  public static final int WRONG_INPUT = 2;

  /** Ctrl-C: the run was cancelled and can be resumed. */
  public static final int CANCELLED = 130;

  /** A polite request to end, as from {@code kill}: cancelled as by Ctrl-C. */
  public static final int TERMINATED = 143;

  private ExitCodes() {}
}
