package io.flexora.cli.run;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.Interruption;
import io.flexora.cli.command.Resumption;
import io.flexora.cli.command.RunFailedException;
import io.flexora.cli.output.Console;
import io.flexora.cli.progress.RunForecast;
import io.flexora.cli.progress.RunView;
import io.flexora.cli.progress.RunViews;
import io.flexora.cli.result.Headline;
import io.flexora.cli.result.ResultTable;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Runs an experiment in front of a user: progress, Ctrl-C, and the result at the end. */
final class Running {

  private final Console console;
  private final Experiment experiment;

  Running(Console console, Experiment experiment) {
    this.console = console;
    this.experiment = experiment;
  }

  /**
   * Runs it to its end, or until it is cancelled.
   *
   * @param run runs or resumes the experiment
   * @return the exit code
   */
  int toTheEnd(Function<RunListener, RunOutcome> run) {
    RunView view = RunViews.on(console, new RunForecast(cells(), InstantSource.system()));
    try (Interruption interruption = Interruption.listen(() -> cancel(view))) {
      return ended(run, view, interruption);
    }
  }

  private int ended(
      Function<RunListener, RunOutcome> run, RunView view, Interruption interruption) {
    try {
      return finished(shown(run, view));
    } catch (CancelledException e) {
      return cancelled(interruption.exitCode());
    } catch (FlexoraException e) {
      // What was refused would be refused again.
      throw experiment.begun() ? new RunFailedException(e.getMessage() + resumption(), e) : e;
    }
  }

  private static RunOutcome shown(Function<RunListener, RunOutcome> run, RunView view) {
    try (view) {
      return run.apply(view);
    }
  }

  private List<String> cells() {
    return List.copyOf(experiment.configuration().cells().keySet());
  }

  private void cancel(RunView view) {
    view.notice("", "", "Stopping after this step. Press Ctrl-C again to stop at once.");
    experiment.cancel();
  }

  private int finished(RunOutcome outcome) {
    console.json("result", members(outcome));
    ResultTable table = new ResultTable(strategies(), outcome.cells());
    console.result("");
    console.result(table.lines(console.palette(), console.columns()));
    console.result("");
    List<String> headline =
        new Headline(outcome.result()).lines(console.palette(), console.columns());
    if (!headline.isEmpty()) {
      console.result(headline);
      console.result("");
    }
    console.result("Run     " + outcome.folder());
    Optional.ofNullable(outcome.main().versions().get(Provenance.COMPUTE_TYPE))
        .ifPresent(type -> console.result("Type    " + type + " (compute_dtype)"));
    outcome.reports().forEach(report -> console.result("Report  " + report));
    return table.failed() ? ExitCodes.FAILED : ExitCodes.OK;
  }

  private Map<String, String> strategies() {
    Map<String, String> strategies = new LinkedHashMap<>();
    experiment
        .configuration()
        .cells()
        .forEach((cell, selector) -> strategies.put(cell, selector.name()));
    return strategies;
  }

  private static Map<String, Object> members(RunOutcome outcome) {
    Map<String, Object> cells = new LinkedHashMap<>();
    outcome.cells().forEach((name, cell) -> cells.put(name, FlexoraHost.json(cell)));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("folder", outcome.folder().toString());
    members.put("reports", outcome.reports().stream().map(Path::toString).toList());
    members.put("cells", cells);
    return members;
  }

  private int cancelled(OptionalInt asked) {
    int code = asked.orElse(ExitCodes.CANCELLED);
    Map<String, Object> members = new LinkedHashMap<>();
    experiment.folder().ifPresent(folder -> members.put("folder", folder.toString()));
    members.put("exit_code", code);
    console.json("cancelled", members);
    console.error(Resumption.ofCancelled("run", experiment.folder()));
    return code;
  }

  private String resumption() {
    return Resumption.of(experiment.folder());
  }
}
