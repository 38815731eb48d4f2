package io.flexora.experiment;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import io.flexora.experiment.cell.CellCode;
import io.flexora.experiment.cell.CellReuse;
import io.flexora.experiment.cell.CellSources;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.experiment.cell.FinishedRun;
import io.flexora.experiment.cell.RunScope;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ExtensionServices;
import io.flexora.experiment.tracking.RunTrackers;
import io.flexora.experiment.use.Export;
import io.flexora.files.durable.FileHash;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.RunMonitor;
import io.flexora.runstore.SteadyClock;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Runs an experiment in a new folder, or goes on with a run from where it stood. */
final class ExperimentRun {

  private final BoundExperiment experiment;
  private final ExtensionServices services;
  private final Preparation preparation;
  private final BooleanSupplier cancelled;
  private final AtomicReference<Path> folder = new AtomicReference<>();
  private final AtomicBoolean begun = new AtomicBoolean();

  ExperimentRun(
      BoundExperiment experiment,
      ExtensionServices services,
      Preparation preparation,
      BooleanSupplier cancelled) {
    this.experiment = experiment;
    this.services = services;
    this.preparation = preparation;
    this.cancelled = cancelled;
  }

  /** See {@link Experiment#folder}. */
  Optional<Path> folder() {
    return Optional.ofNullable(folder.get());
  }

  /** See {@link Experiment#begun}. */
  boolean begun() {
    return begun.get();
  }

  /** Runs in a new folder. */
  RunOutcome begin(RunListener listener) {
    // A run that cannot begin leaves no folder.
    try (SharedInputs alone = new SharedInputs()) {
      SharedInputs.Kept kept = preparation.prepared(alone, preparation::requirePlace, listener);
      experiment.fit().withoutValidation(kept.inputs()).ifPresent(services.notices()::add);
      try (RunFolder created = preparation.newFolder()) {
        return run(created, kept, listener);
      }
    }
  }

  /**
   * Goes on with a run, or begins one whose folder holds its configuration alone.
   *
   * @param changed what becomes of cells that were made by other code or from other files
   */
  RunOutcome resume(Path path, SharedInputs shared, ChangedCode changed, RunListener listener) {
    try (RunFolder opened = RunFolder.open(path)) {
      folder.set(opened.path());
      opened.mendRecord().ifPresent(lost -> listener.notice("", "", lost + "."));
      new CellCode(path, experiment.code()).settle(opened, changed, listener);
      services.decisions().recall(RunFolder.decisions(path));
      Optional<RunOutcome> ended = ended(opened, listener);
      if (ended.isPresent()) {
        return caughtUp(ended.get(), listener);
      }
      SharedInputs.Kept kept = preparation.prepared(shared, () -> {}, listener);
      Map<String, FileHash> files = kept.hashes();
      new CellSources(path, location -> Optional.ofNullable(files.get(location)))
          .settle(opened, changed, listener);
      return run(opened, kept, listener);
    }
  }

  /** What came out of a run that has nothing left to do but its reports. */
  private Optional<RunOutcome> ended(RunFolder opened, RunListener listener) {
    preparation.use(listener);
    if (!opened.finished()) {
      return Optional.empty();
    }
    if (FinishedRun.damage(opened.path()).isPresent()) {
      // A damaged cell is told of where it is run.
      FinishedRun.damageBesideCells(opened.path())
          .ifPresent(damage -> listener.notice("", "", damage + ". It is made again."));
      return Optional.empty();
    }
    Optional<RunOutcome> ended = Pipeline.ended(experiment.configuration(), opened);
    ended.ifPresent(
        outcome ->
            listener.notice("", "", "This run had already ended; its reports were rewritten."));
    return ended;
  }

  /** Tells the trackers what they have missed of a run that has ended. */
  private RunOutcome caughtUp(RunOutcome outcome, RunListener listener) {
    RunTrackers trackers =
        trackers(outcome.folder(), sentence -> listener.notice("", "", sentence));
    trackers.catchUp("", outcome.folder(), UnaryOperator.identity());
    return trackers.during(() -> outcome);
  }

  private RunOutcome run(RunFolder opened, SharedInputs.Kept kept, RunListener listener) {
    folder.set(opened.path());
    begun.set(true);
    ExperimentInputs inputs = kept.inputs();
    Provenance provenance =
        new ExperimentProvenance(experiment)
            .of(services.all(), inputs.pretrained().model(), kept.hashes());
    opened.writeProvenance(provenance);
    RunScope scope = scope(opened, provenance, listener, kept.reuse());
    Monitor monitor = scope.monitor("", "");
    experiment.contested().forEach(monitor::notice);
    record(kept.notices(), scope);
    services.notices().tellFurther(monitor::notice);
    experiment.strategies().idleDevices(inputs).forEach(monitor::notice);
    keep(kept.decisions(), opened, monitor);
    Export export = new Export(inputs, experiment.adapters());
    Pipeline pipeline = new Pipeline(scope, inputs, export, experiment.catalog());
    RunTrackers trackers = trackers(opened.path(), monitor::notice);
    trackers.follow("", opened.path(), UnaryOperator.identity());
    try {
      return trackers.during(pipeline::run);
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException | UncheckedIOException e) {
      throw Files.exists(opened.events().path()) ? e : removed(opened.path(), e);
    } finally {
      // What others share with this experiment may tell more when its record is closed.
      services.notices().tellFurther(preparation.downloads(listener)::notice);
    }
  }

  /** What fails in a folder that is gone tells of files that nobody knows. */
  private static FlexoraException removed(Path folder, RuntimeException cause) {
    return new FlexoraException(
        "the folder of the run was removed while it was running: %s. What it held is lost; run it again"
            .formatted(folder),
        cause);
  }

  private RunScope scope(
      RunFolder opened, Provenance provenance, RunListener listener, CellReuse reuse) {
    ExperimentConfiguration configuration = experiment.configuration();
    return new RunScope(
        configuration,
        opened,
        new RestoringListener(
            listener,
            experiment.catalog(),
            new RunMonitor(
                    opened.events(), "", "", listener, cancelled, SteadyClock.ofThisProcess())
                ::notice),
        cancelled,
        provenance.versions(),
        seeds -> experiment.wiring().again(configuration.cell().trainer(), Seeds.class, seeds),
        experiment.code()::of,
        reuse);
  }

  /** Records what was told while the inputs were read, unless an earlier attempt has done so. */
  private static void record(List<String> notices, RunScope scope) {
    if (notices.isEmpty()) {
      return;
    }
    List<Event> known = scope.record().stream().map(RunEvent::what).toList();
    notices.stream()
        .<Event>map(Event.Notice::new)
        .filter(notice -> !known.contains(notice))
        .forEach(scope.monitor("", "")::event);
  }

  /** Records what the run keeps to, and tells what is new of it. */
  private static void keep(Decisions made, RunFolder run, Monitor monitor) {
    Map<String, Decision> all = made.all();
    if (run.decide(all)) {
      all.forEach((option, decision) -> monitor.notice(decision.line(option) + "."));
    }
  }

  private RunTrackers trackers(Path group, Consumer<String> notice) {
    return RunTrackers.start(
        experiment.configuration().cell().trackers(), experiment.catalog(), group, notice);
  }
}
