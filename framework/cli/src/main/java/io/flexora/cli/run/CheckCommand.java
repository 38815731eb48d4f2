package io.flexora.cli.run;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.progress.Forecast;
import io.flexora.cli.progress.RunView;
import io.flexora.cli.progress.RunViews;
import io.flexora.cli.result.CheckPage;
import io.flexora.comparison.Comparison;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.check.CheckReport;
import io.flexora.experiment.check.SpeedReport;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows what an experiment or a comparison would do. */
@Command(
    name = "check",
    description = {
      "Checks an experiment or a comparison without running it or writing anything.",
      "",
      "For an experiment it shows the model, the adapted modules, the data, parameter counts, a few"
          + " tokenized examples and a memory estimate; --verbose adds the resolved configuration."
          + " Every error that a run reports before its first step is reported here, too. A missing"
          + " GPU is no error: the experiment is described as if the GPU were there. --quiet shows"
          + " only the memory, the notices and the verdict.",
      "",
      "For a comparison it reads the models' shapes and the data, checks that every strategy,"
          + " adapter, trainer, posterior and tuning fits them, and lists the cells. It measures"
          + " nothing; times are those of earlier cells with the same work. The device and the"
          + " runner must exist on this machine, or use --set device=cpu and --set runner=local."
          + " --quiet shows only the number of cells, the notices and the verdict.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora check config/quickstart.yaml",
      "  flexora check config/quickstart.yaml --set adapter.lora_rank=16",
      "  flexora check config/quickstart.yaml --benchmark",
      "  flexora check config/compare-quickstart.yaml",
      "",
      "Next: flexora run, or flexora compare, with the same arguments."
    })
public final class CheckCommand implements Callable<Integer> {

  private static final Duration BENCHMARK = Duration.ofMinutes(1);

  @ParentCommand private FlexoraCommand root;

  @Parameters(paramLabel = "FILE", description = "The experiment or the comparison, a YAML file.")
  private Path file;

  @Option(
      names = "--benchmark",
      description =
          "Also loads the model, measures a few steps of search, training and evaluation, and"
              + " compares their speed with this machine's peak. Takes about a minute. For"
              + " experiments; `flexora compare --dry-run` benchmarks comparisons.")
  private boolean benchmark;

  @Option(
      names = "--verbose",
      description = "Also shows an experiment's resolved configuration with all defaults.")
  private boolean verbose;

  @Mixin private FileOverrides overrides = new FileOverrides();

  @Override
  public Integer call() throws Exception {
    return root.withHost(
        host ->
            host.describesComparison(file, overrides.assignments())
                ? comparison(host)
                : experiment(host));
  }

  private int comparison(FlexoraHost host) {
    if (benchmark) {
      throw new FlexoraException(
          ("--benchmark is for an experiment, but %s is a comparison; 'flexora compare %s"
                  + " --dry-run' benchmarks its strategies")
              .formatted(file, file));
    }
    Comparison comparison = host.comparison(file, overrides.assignments());
    return new Comparing(root.console(), comparison, host.plugins()).check();
  }

  private int experiment(FlexoraHost host) {
    Experiment experiment = host.experiment(file, overrides.assignments());
    CheckReport report = check(experiment);
    new CheckPage(root.console(), verbose).show(report, speed(experiment, report));
    if (report.refusal().isPresent()) {
      throw new FlexoraException(report.refusal().get());
    }
    return ExitCodes.OK;
  }

  /** What would be refused is not measured. */
  private Optional<SpeedReport> speed(Experiment experiment, CheckReport report) {
    if (!benchmark || report.refusal().isPresent() || !report.devicePresent()) {
      return Optional.empty();
    }
    root.console().message("Doing a few steps of each phase, for about a minute.");
    try (RunView downloads = RunViews.on(root.console(), Forecast.none())) {
      return Optional.of(experiment.speed(BENCHMARK, downloads));
    }
  }

  private CheckReport check(Experiment experiment) {
    try (RunView downloads = RunViews.on(root.console(), Forecast.none())) {
      return experiment.check(downloads);
    }
  }
}
