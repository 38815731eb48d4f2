package io.flexora.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

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

  @ParentCommand private FlexoraCommand root;

  @Override
  public Integer call() {
    root.console().document(script());
    return ExitCodes.OK;
  }

  /** The script, which is the same for every installation of this version. */
  static String script() {
    return AutoComplete.bash("flexora", Main.commandLine());
  }
}
