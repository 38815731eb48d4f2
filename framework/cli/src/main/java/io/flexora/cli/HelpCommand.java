package io.flexora.cli;

import io.flexora.cli.command.ExitCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the help of a command. */
@Command(
    name = "help",
    description = {"Prints the help of a command, as its --help does.", ""},
    footer = {
      "",
      "Examples:",
      "  flexora help",
      "  flexora help run",
      "  flexora help plugins new"
    })
final class HelpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command, word for word; flexora itself if none is named.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() {
    CommandLine line = spec.commandLine().getParent();
    for (String name : command) {
      CommandLine next = line.getSubcommands().get(name);
      if (next == null) {
        throw new ParameterException(line, Failures.noCommand(line.getCommandSpec(), name));
      }
      line = next;
    }
    line.usage(line.getOut());
    return ExitCodes.OK;
  }
}
