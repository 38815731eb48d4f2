package io.flexora.experiment;

import ai.djl.Device;
import io.flexora.api.model.BaseModel;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Monitor;
import io.flexora.experiment.engine.GpuDiagnosis;
import io.flexora.experiment.estimate.ExperimentMemory;
import io.flexora.experiment.estimate.MemoryCheck;
import io.flexora.experiment.estimate.OutOfMemory;
import io.flexora.experiment.fit.Strategies;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.ExperimentServices;
import io.flexora.experiment.setup.ExtensionServices;
import io.flexora.experiment.setup.ListenerMonitor;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.function.BooleanSupplier;

/**
 * Prepares an experiment for what is asked of it: gives its extensions their services, reads its
 * inputs, and refuses a run that cannot begin.
 */
final class Preparation {

  private static final Path RUNS = Path.of("runs");

  private final BoundExperiment experiment;
  private final ExtensionServices services;
  private final BooleanSupplier cancelled;

  Preparation(BoundExperiment experiment, ExtensionServices services, BooleanSupplier cancelled) {
    this.experiment = experiment;
    this.services = services;
    this.cancelled = cancelled;
  }

  /** Lets the extensions have their services, and a listener hear of downloads and notices. */
  void use(RunListener listener) {
    Monitor monitor = downloads(listener);
    services.notices().tellAll(monitor::notice);
    services.use(monitor);
    DeviceChoice choice = experiment.configuration().cell().device();
    if (choice == DeviceChoice.AUTO) {
      GpuDiagnosis.unused(() -> ExperimentServices.choose(choice).isGpu())
          .ifPresent(services.notices()::add);
    }
  }

  /** Tells a listener of downloads, until the experiment is cancelled. */
  Monitor downloads(RunListener listener) {
    return new ListenerMonitor(listener, cancelled);
  }

  /** The inputs; nothing is loaded yet that others have not loaded. */
  SharedInputs.Kept kept(SharedInputs shared, RunListener listener) {
    Decisions decisions = services.decisions();
    use(listener);
    SharedInputs.Origin origin = new SharedInputs.Origin(services.files(), services.notices());
    return shared.of(experiment.key(), experiment.configuration(), origin, decisions, services);
  }

  /**
   * Reads all that the run needs, or finds out that it cannot begin.
   *
   * @param place asks whether the run can be written, before the weights are loaded
   */
  SharedInputs.Kept prepared(SharedInputs shared, Runnable place, RunListener listener) {
    requireGoingOn();
    services.all();
    SharedInputs.Kept kept = kept(shared, listener);
    OutOfMemory.explained(() -> loaded(kept.inputs(), place));
    requireGoingOn();
    return kept;
  }

  private void requireGoingOn() {
    if (cancelled.getAsBoolean()) {
      throw new CancelledException();
    }
  }

  private BaseModel loaded(ExperimentInputs inputs, Runnable place) {
    experiment.fit().require(inputs);
    requireMachine(inputs);
    place.run();
    return inputs.pretrained().model();
  }

  /** Refuses what this machine has no device or no memory for. */
  void requireMachine(ExperimentInputs inputs) {
    Device device = ExperimentServices.choose(experiment.configuration().cell().device());
    Strategies strategies = experiment.strategies();
    MemoryCheck.require(
        new ExperimentMemory(inputs).further(strategies.cost(inputs)),
        device,
        () ->
            "'%s' of '%s'"
                .formatted(strategies.largest(inputs), experiment.configuration().name()));
  }

  /** Refuses a folder of runs that no run can be written to. */
  void requirePlace() {
    RunFolder.requirePlace(runs(), experiment.configuration().name(), now(), experiment.resolved());
  }

  /** Makes the folder of a new run. */
  RunFolder newFolder() {
    return RunFolder.create(
        runs(), experiment.configuration().name(), now(), experiment.resolved());
  }

  private Path runs() {
    return experiment.configuration().cell().outputDir().orElse(RUNS);
  }

  private static LocalDateTime now() {
    return LocalDateTime.now(ZoneId.systemDefault());
  }
}
