package io.flexora.cli;

import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.doctor.DoctorCommand;
import io.flexora.cli.doctor.TorchCommand;
import io.flexora.cli.judge.JudgeCommand;
import io.flexora.cli.model.EvaluateCommand;
import io.flexora.cli.model.ExportCommand;
import io.flexora.cli.model.GenerateCommand;
import io.flexora.cli.model.PredictCommand;
import io.flexora.cli.model.ServeCommand;
import io.flexora.cli.model.ShrinkCommand;
import io.flexora.cli.output.Terminal;
import io.flexora.cli.plugins.PluginsCommand;
import io.flexora.cli.query.QueryCommand;
import io.flexora.cli.run.CheckCommand;
import io.flexora.cli.run.ClaimsCommand;
import io.flexora.cli.run.CompareCommand;
import io.flexora.cli.run.McpCommand;
import io.flexora.cli.run.ReportCommand;
import io.flexora.cli.run.ResumeCommand;
import io.flexora.cli.run.RunCommand;
import io.flexora.cli.run.UiCommand;
import io.flexora.files.machine.ProcessExit;
import picocli.CommandLine.Command;

/** The root of the command line: its commands. */
@Command(
    name = "flexora",
    subcommands = {
      RunCommand.class,
      CompareCommand.class,
      JudgeCommand.class,
      ClaimsCommand.class,
      ResumeCommand.class,
      CheckCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      GenerateCommand.class,
      ServeCommand.class,
      PluginsCommand.class,
      SchemaCommand.class,
      DoctorCommand.class,
      TorchCommand.class,
      CompletionCommand.class,
      ReportCommand.class,
      QueryCommand.class,
      UiCommand.class,
      McpCommand.class,
      ExportCommand.class,
      ShrinkCommand.class,
      HelpCommand.class
    })
final class RootCommand extends FlexoraCommand {

  /**
   * Makes the root.
   *
   * @param exit is told what the process is doing
   */
  RootCommand(Terminal terminal, ProcessExit exit) {
    super(terminal, exit);
  }
}
