package io.flexora.cli;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Prints the JSON schema of experiments. */
@Command(
    name = "schema",
    description = {
      "Prints the JSON schema of experiment or comparison files, generated from the installed"
          + " plugins, so that editors complete and validate the YAML."
    },
    footer = {
      "",
      "Example:",
      "  flexora schema > flexora.schema.json",
      "and, as the first line of an experiment:",
      "  # yaml-language-server: $schema=flexora.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Option(names = "--comparison", description = "Print the schema of comparison files.")
  private boolean comparison;

  @Override
  public Integer call() throws Exception {
    return root.withHost(
        host -> {
          root.console().document(comparison ? host.comparisonSchema() : host.schema());
          return ExitCodes.OK;
        });
  }
}
