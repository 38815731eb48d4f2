package io.flexora.cli.judge;

import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.ReportsCall;
import io.flexora.cli.output.Terminal;
import io.flexora.files.machine.ProcessExit;
import io.flexora.results.report.ComparisonReport;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;

/**
 * The root of a command line that has {@code judge} alone, and no host: the reports are those of
 * the class path.
 */
@Command(name = "flexora", subcommands = JudgeCommand.class)
public final class JudgeProgram extends FlexoraCommand {

  /**
   * Makes the root.
   *
   * @param exit is told what the process is doing
   */
  public JudgeProgram(Terminal terminal, ProcessExit exit) {
    super(terminal, exit);
  }

  @Override
  public int withReports(ReportsCall call) throws Exception {
    List<ComparisonReport> reports =
        ServiceLoader.load(ComparisonReport.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    return call.on(reports);
  }
}
