package io.flexora.cli.run;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.Interruption;
import io.flexora.cli.command.Resumption;
import io.flexora.cli.command.RunFailedException;
import io.flexora.cli.output.Console;
import io.flexora.cli.progress.CellsForecast;
import io.flexora.cli.progress.CellsView;
import io.flexora.cli.progress.Forecast;
import io.flexora.cli.progress.RunView;
import io.flexora.cli.progress.RunViews;
import io.flexora.cli.result.ComparisonTable;
import io.flexora.cli.result.PlanTable;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.PluginHost;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Runs a comparison in front of a user: progress, Ctrl-C, and the result at the end. */
final class Comparing {

  private final Console console;
  private final Comparison comparison;
  private final PluginHost plugins;

  /**
   * Prepares.
   *
   * @param plugins tell of the changes in their folder meanwhile
   */
  Comparing(Console console, Comparison comparison, PluginHost plugins) {
    this.console = console;
    this.comparison = comparison;
    this.plugins = plugins;
  }

  /**
   * Runs it to its end, or until it is cancelled.
   *
   * @param run runs or resumes the comparison
   * @return the exit code
   */
  int toTheEnd(Function<RunListener, ComparisonOutcome> run) {
    List<CellId> cells = comparison.cells();
    CellsForecast forecast = new CellsForecast(cells, this::ledger, InstantSource.system());
    CellsView view = new CellsView(RunViews.on(console, forecast), forecast, console, cells.size());
    plugins.listen(change -> view.notice("", "", change.line()));
    try (Interruption interruption = Interruption.listen(() -> cancel(view))) {
      return ended(run, view, interruption);
    }
  }

  private List<RunEvent> ledger() {
    return comparison.folder().map(FlexoraHost::ledger).orElse(List.of());
  }

  /**
   * Shows what it would do.
   *
   * @param changed what would become of cells that were made by other code or from other files
   * @param benchmark about how long benchmarks may take together
   * @return the exit code: no success where no cell could be run
   */
  int plan(Optional<Path> into, ChangedCode changed, Duration benchmark) {
    ComparisonPlan plan;
    try (RunView downloads = RunViews.on(console, Forecast.none())) {
      plan = comparison.plan(into, changed, benchmark, downloads);
    }
    print(new PlanTable(plan));
    return plan.isUnreadable() ? ExitCodes.WRONG_INPUT : ExitCodes.OK;
  }

  private void print(PlanTable plan) {
    console.json("plan", plan.members());
    console.result(plan.lines(console.palette(), console.columns()));
  }

  /**
   * Checks it, and shows what a new one would do as far as that is known without measuring; when
   * quiet, no more than what decides whether to run it.
   *
   * @return the exit code
   */
  int check() {
    boolean quiet = console.verbosity().quiet() && !console.verbosity().json();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    PlanTable plan;
    try (RunView view = RunViews.on(console, Forecast.none())) {
      plan = new PlanTable(comparison.check(quiet ? keptIn(told) : view));
    }
    if (quiet) {
      console.prose(plan.summary());
      told.forEach(console::prose);
    } else {
      print(plan);
    }
    console.prose("The comparison is valid.");
    return ExitCodes.OK;
  }

  private static RunListener keptIn(List<String> told) {
    return new RunListener() {
      @Override
      public void notice(String cell, String phase, String sentence) {
        told.add(sentence);
      }
    };
  }

  private int ended(
      Function<RunListener, ComparisonOutcome> run, CellsView view, Interruption interruption) {
    try {
      return show(shown(run, view));
    } catch (CancelledException e) {
      return cancelled(interruption.exitCode());
    } catch (FlexoraException e) {
      String resumption = Resumption.of(comparison.folder());
      throw resumption.isEmpty() ? e : new RunFailedException(e.getMessage() + resumption, e);
    }
  }

  private static ComparisonOutcome shown(
      Function<RunListener, ComparisonOutcome> run, CellsView view) {
    try (view) {
      return run.apply(view);
    }
  }

  private void cancel(RunListener view) {
    view.notice("", "", "Stopping after this step. Press Ctrl-C again to stop at once.");
    comparison.cancel();
  }

  /** Shows what came out; the exit code says whether a cell failed. */
  int show(ComparisonOutcome outcome) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("folder", outcome.folder().toString());
    members.put("reports", outcome.reports().stream().map(Path::toString).toList());
    members.put("cells", outcome.cells().size());
    members.put("done", outcome.done());
    members.put("failures", outcome.failures());
    members.put("comparison", FlexoraHost.json(outcome.result()));
    console.json("comparison", members);
    console.result(
        new ComparisonTable(outcome.result()).lines(console.palette(), console.columns()));
    outcome
        .failures()
        .forEach((id, cause) -> console.prose(console.palette().bad(id + " failed: ") + cause));
    console.result("");
    console.result("Comparison  " + outcome.folder());
    outcome.reports().forEach(report -> console.result("Report      " + report));
    return outcome.failures().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private int cancelled(OptionalInt asked) {
    int code = asked.orElse(ExitCodes.CANCELLED);
    Map<String, Object> members = new LinkedHashMap<>();
    comparison.folder().ifPresent(folder -> members.put("folder", folder.toString()));
    members.put("exit_code", code);
    console.json("cancelled", members);
    console.error(Resumption.ofCancelled("comparison", comparison.folder()));
    return code;
  }
}
