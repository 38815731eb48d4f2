package io.flexora.cli.run;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.comparison.Comparison;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Writes the reports of a run or a comparison again. */
@Command(
    name = "report",
    description = {
      "Rewrites the reports of a run or comparison from its record. An unfinished one is reported"
          + " as far as it got.",
      ""
    },
    footer = {"", "Example:", "  flexora report runs/quickstart-20260102-030405"})
public final class ReportCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Parameters(paramLabel = "RUN", description = "The run or comparison folder.")
  private Path folder;

  @Override
  public Integer call() throws Exception {
    return root.withHost(
        host -> {
          if (FlexoraHost.isComparison(folder)) {
            Comparison comparison = host.comparisonOf(folder);
            return new Comparing(root.console(), comparison, host.plugins())
                .show(comparison.report(folder));
          }
          for (Path report : host.experimentOf(folder).report(folder)) {
            root.console().json("report", Map.of("path", report.toString()));
            root.console().result(report.toString());
          }
          return ExitCodes.OK;
        });
  }
}
