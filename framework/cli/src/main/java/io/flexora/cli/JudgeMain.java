package io.flexora.cli;

import io.flexora.cli.judge.JudgeProgram;
import java.util.stream.Stream;

/**
 * The entry of the program {@code flexora-judge}, which needs neither a host nor an engine.
 *
 * @since 0.1
 */
public final class JudgeMain {

  private JudgeMain() {}

  /** Judges what the arguments name, and ends the process with the exit code. */
  public static void main(String[] arguments) {
    Main.main(
        JudgeProgram::new,
        Stream.concat(Stream.of("judge"), Stream.of(arguments)).toArray(String[]::new));
  }
}
