package io.flexora.cli;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete command lines. */
@Command(
    name = "completion",
    description = {
      "Prints a script that lets bash and zsh complete commands and options. An installation has it as"
          + " completion/flexora.bash.",
      ""
    },
    footer = {"", "Example:", "  source <(flexora completion)"})
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine line = spec.root().commandLine();
    FlexoraCommand.of(line).console().document(AutoComplete.bash("flexora", line));
    return ExitCodes.OK;
  }
}
