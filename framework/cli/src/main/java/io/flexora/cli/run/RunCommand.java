package io.flexora.cli.run;

import io.flexora.cli.command.FlexoraCommand;
import io.flexora.experiment.Experiment;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Runs an experiment. */
@Command(
    name = "run",
    description = {
      "Runs an experiment: search, training from scratch on the chosen layers, evaluation, report.",
      "",
      "The run folder under runs/ holds the resolved configuration, the event log, checkpoints, the"
          + " adapter, result.json and report.html. Ctrl-C saves a checkpoint and stops; `flexora"
          + " resume` continues from there, also after a crash.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora run config/quickstart.yaml",
      "  flexora run config/quickstart.yaml --set selector.solver=first-order",
      "  flexora run config/quickstart.yaml --json | jq 'select(.type == \"result\")'",
      "",
      "Next: open the report, or look at an option with `flexora plugins show NAME`."
    })
public final class RunCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Parameters(paramLabel = "FILE", description = "The experiment, a YAML file.")
  private Path file;

  @Mixin private FileOverrides overrides = new FileOverrides();

  @Mixin private WebOptions web = new WebOptions();

  @Override
  public Integer call() throws Exception {
    return web.withHost(
        root,
        host -> {
          Experiment experiment = host.experiment(file, overrides.assignments());
          return web.during(
              root,
              experiment::folder,
              experiment::cancel,
              () ->
                  new Running(root.console(), experiment)
                      .toTheEnd(listener -> experiment.run(root.observed(listener))));
        });
  }
}
