package io.flexora.cli;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.RunFailedException;
import io.flexora.cli.output.Console;
import io.flexora.files.machine.MemorySize;
import io.flexora.files.message.NearestName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one clear message and an exit code; a stack trace only if asked. */
final class Failures {

  private static final Set<Class<?>> WHOLE =
      Set.of(int.class, Integer.class, long.class, Long.class);
  private static final Set<Class<?>> NUMBERS =
      Set.of(double.class, Double.class, float.class, Float.class);

  private Failures() {}

  /** Runs what the command line asks for; where Java's memory runs out, it says so. */
  static int guarded(ParseResult arguments) {
    try {
      return new CommandLine.RunLast().execute(arguments);
    } catch (OutOfMemoryError e) {
      return exhausted(outOfMemory(e), e, arguments);
    } catch (StackOverflowError e) {
      return exhausted(
          "not enough room on Java's stack: an input is nested too deeply, or code calls itself without end; let it have more, as by FLEXORA_JAVA_OPTS=-Xss16m",
          e,
          arguments);
    }
  }

  /** Java calls it memory, too, where the system gives no further thread. */
  private static String outOfMemory(OutOfMemoryError error) {
    String seen = String.valueOf(error.getMessage());
    if (seen.contains("native thread")) {
      return "the system gives no further thread: this user, or this container, may have no more processes and threads at a time (ulimit -u, pids limit); allow more, or end others";
    }
    MemorySize most = new MemorySize(Runtime.getRuntime().maxMemory());
    return "not enough memory: Java may use %d MiB (%s); let it have more, as by FLEXORA_JAVA_OPTS=-Xmx8g"
        .formatted(most.mebibytes(), seen);
  }

  private static int exhausted(String message, Error error, ParseResult arguments) {
    CommandLine line = arguments.commandSpec().commandLine();
    return failed(new RunFailedException(message, error), line, arguments);
  }

  /** The command line was not understood. */
  static int wrongUsage(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    Console console = FlexoraCommand.of(line).console();
    Optional<String> extra = extraArgument(failure);
    // Of exclusive options picocli says itself that it is an error.
    console.error(
        extra
            .or(() -> wrongValue(failure))
            .orElse(failure.getMessage().replaceFirst("^Error: ", "")));
    if (extra.isEmpty()) {
      UnmatchedArgumentException.printSuggestions(failure, line.getErr());
    }
    console.message("See " + line.getCommandSpec().qualifiedName() + " --help");
    report(console, failure, ExitCodes.WRONG_INPUT);
    return ExitCodes.WRONG_INPUT;
  }

  /** Says of a word that is neither an option nor a command what would be taken in its place. */
  private static Optional<String> extraArgument(ParameterException failure) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    if (!(failure instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
      return Optional.empty();
    }
    String word = unmatched.getUnmatched().get(0);
    if (!command.subcommands().isEmpty()) {
      return Optional.of(noCommand(command, word));
    }
    String taken =
        command.positionalParameters().stream()
            .map(PositionalParamSpec::paramLabel)
            .collect(Collectors.joining(" "));
    return Optional.of(
        "argument '%s' is one too many: %s takes %s"
            .formatted(
                word,
                command.qualifiedName(),
                taken.isEmpty() ? "options alone" : taken + " and options"));
  }

  /** Says that a command has no command of that name, and which one is most likely meant. */
  static String noCommand(CommandSpec command, String name) {
    return "%s has no command '%s'%s"
        .formatted(
            command.qualifiedName(), name, NearestName.hint(name, command.subcommands().keySet()));
  }

  /** Says of a value that is none of its option's what is accepted. */
  private static Optional<String> wrongValue(ParameterException failure) {
    ArgSpec argument = failure.getArgSpec();
    return argument == null || failure.getValue() == null || failure.getCause() == null
        ? Optional.empty()
        : accepted(argument)
            .map(
                accepted ->
                    "%s '%s' is not accepted; write %s"
                        .formatted(name(argument), failure.getValue(), accepted));
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static Optional<String> accepted(ArgSpec argument) {
    Class<?> type = argument.auxiliaryTypes()[0];
    if (type.isEnum()) {
      return Optional.of(
          Stream.of(type.getEnumConstants())
              .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", ", "one of: ", "")));
    }
    if (WHOLE.contains(type)) {
      return Optional.of("a whole number");
    }
    return NUMBERS.contains(type) ? Optional.of("a number") : Optional.empty();
  }

  /** A command threw. */
  static int failed(Exception failure, CommandLine line, ParseResult arguments) {
    Console console = FlexoraCommand.of(line).console();
    int code = exitCode(failure);
    console.error(message(failure));
    if (console.verbosity().debug()) {
      console.raw(stackTrace(failure));
    } else if (!(failure instanceof FlexoraException)) {
      console.message("This is a defect of the program. --debug shows where it happened.");
    } else if (isOfCode(failure.getCause())) {
      console.message("--debug shows where it happened.");
    }
    report(console, failure, code);
    return code;
  }

  /** Whether code failed in a way that it did not foresee, such as that of a plugin. */
  private static boolean isOfCode(Throwable cause) {
    return cause instanceof FlexoraException
        ? isOfCode(cause.getCause())
        : cause instanceof RuntimeException
            || cause instanceof LinkageError
            || cause instanceof StackOverflowError;
  }

  private static int exitCode(Exception failure) {
    if (failure instanceof CancelledException) {
      return ExitCodes.CANCELLED;
    }
    if (failure instanceof RunFailedException) {
      return ExitCodes.FAILED;
    }
    return failure instanceof FlexoraException ? ExitCodes.WRONG_INPUT : ExitCodes.FAILED;
  }

  private static String message(Exception failure) {
    return failure instanceof FlexoraException ? failure.getMessage() : failure.toString();
  }

  private static void report(Console console, Exception failure, int code) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("message", String.valueOf(message(failure)));
    members.put("exit_code", code);
    console.json("error", members);
  }

  private static String stackTrace(Exception failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
