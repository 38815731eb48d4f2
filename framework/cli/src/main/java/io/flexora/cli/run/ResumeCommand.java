package io.flexora.cli.run;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.comparison.Comparison;
import io.flexora.experiment.Experiment;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Goes on with a run or a comparison that did not end. */
@Command(
    name = "resume",
    description = {
      "Resumes a cancelled or killed run or comparison from its last complete checkpoint.",
      "",
      "The configuration is read from the run folder, and the result equals that of an"
          + " uninterrupted run. In a comparison, missing and failed cells are run.",
      ""
    },
    footer = {"", "Example:", "  flexora resume runs/quickstart-20260102-030405"})
public final class ResumeCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Parameters(paramLabel = "RUN", description = "The run or comparison folder.")
  private Path folder;

  @Mixin private ChangedCodeOption changed = new ChangedCodeOption();

  @Option(
      names = "--devices",
      paramLabel = "N",
      description =
          "Share the batches among N devices from here on, whatever the configuration says; not"
              + " for a comparison.")
  private Integer devices;

  @Mixin private WebOptions web = new WebOptions();

  @Override
  public Integer call() throws Exception {
    return web.withHost(
        root,
        host -> {
          if (FlexoraHost.isComparison(folder)) {
            requireNoDevices();
            Comparison comparison = host.comparisonOf(folder);
            return web.during(
                root,
                () -> Optional.of(folder),
                comparison::cancel,
                () ->
                    new Comparing(root.console(), comparison, host.plugins())
                        .toTheEnd(
                            listener ->
                                comparison.resume(
                                    folder, changed.choice(), root.observed(listener))));
          }
          Experiment experiment = host.experimentOf(folder, overrides());
          return web.during(
              root,
              () -> Optional.of(folder),
              experiment::cancel,
              () ->
                  new Running(root.console(), experiment)
                      .toTheEnd(
                          listener ->
                              experiment.resume(
                                  folder, changed.choice(), root.observed(listener))));
        });
  }

  /** The numbers do not depend on how many devices share the batches, so that may change. */
  private List<String> overrides() {
    return devices == null ? List.of() : List.of("devices=" + devices);
  }

  private void requireNoDevices() {
    if (devices != null) {
      throw new FlexoraException(
          "--devices is %d, but %s is a comparison, whose cells are resumed as they were configured"
              .formatted(devices, folder));
    }
  }
}
