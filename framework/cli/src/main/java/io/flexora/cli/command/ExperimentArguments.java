package io.flexora.cli.command;

import io.flexora.cli.output.Console;
import io.flexora.cli.progress.Forecast;
import io.flexora.cli.progress.RunView;
import io.flexora.cli.progress.RunViews;
import io.flexora.experiment.Experiment;
import io.flexora.host.FlexoraHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The experiment that a command is about: that of a file or of a run. */
public class ExperimentArguments {

  @Parameters(paramLabel = "FILE|RUN", description = "An experiment (YAML file) or a run folder.")
  private Path source;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a value of the experiment, such as device=cpu; repeatable.")
  private List<String> overrides = new ArrayList<>();

  /** The file or the folder. */
  public final Path source() {
    return source;
  }

  /** Whether it is the folder of a run, or another one. */
  public final boolean isRun() {
    return Files.isDirectory(source);
  }

  /** Opens the experiment. */
  public final Experiment experiment(FlexoraHost host) {
    return experiment(host, List.of());
  }

  /**
   * Opens the experiment with further values.
   *
   * @param settings values as {@code --set} takes them, which go before those of the command line
   */
  public final Experiment experiment(FlexoraHost host, List<String> settings) {
    List<String> all = new ArrayList<>(settings);
    all.addAll(overrides);
    return isRun() ? host.experimentOf(source, all) : host.experiment(source, all);
  }

  /** Works, and shows how far that is. */
  public static <T> T watched(Console console, Function<RunView, T> work) {
    try (RunView view = RunViews.on(console, Forecast.none())) {
      return work.apply(view);
    }
  }
}
