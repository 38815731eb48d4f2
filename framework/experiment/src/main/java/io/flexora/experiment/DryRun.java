package io.flexora.experiment;

import ai.djl.Device;
import io.flexora.api.cost.Workload;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.check.Benchmark;
import io.flexora.experiment.check.CellBenchmark;
import io.flexora.experiment.check.CheckReport;
import io.flexora.experiment.check.Checker;
import io.flexora.experiment.check.SpeedReport;
import io.flexora.experiment.estimate.ExperimentMemory;
import io.flexora.experiment.estimate.MemoryCheck;
import io.flexora.experiment.estimate.MemoryEstimate;
import io.flexora.experiment.estimate.OutOfMemory;
import io.flexora.experiment.estimate.StatedCost;
import io.flexora.experiment.estimate.TrainableSize;
import io.flexora.experiment.estimate.TrainingCosts;
import io.flexora.experiment.fit.Strategies;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.DeviceDescription;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ExperimentServices;
import io.flexora.experiment.setup.ExtensionServices;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.numerics.transformer.MachineSpeed;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.RunListener;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out what a run of an experiment would do and take, without one. Nothing is written. */
final class DryRun {

  /** Rows enough for a processor to be busy, few enough to pass undisturbed. */
  private static final int MEASURED_ROWS = 256;

  private final BoundExperiment experiment;
  private final ExtensionServices services;
  private final Preparation preparation;

  DryRun(BoundExperiment experiment, ExtensionServices services, Preparation preparation) {
    this.experiment = experiment;
    this.services = services;
    this.preparation = preparation;
  }

  /** See {@link Experiment#check}. */
  CheckReport check(RunListener listener) {
    CellOptions cell = experiment.configuration().cell();
    DeviceDescription device = DeviceDescription.of(cell.device(), cell.devices());
    services.notices().tellFurther(sentence -> {});
    services.use(preparation.downloads(listener), device::first);
    try (ExperimentInputs inputs = ExperimentInputs.of(experiment.configuration(), services)) {
      return OutOfMemory.explained(() -> checked(inputs, device));
    }
  }

  private CheckReport checked(ExperimentInputs inputs, DeviceDescription device) {
    experiment.fit().require(inputs);
    return new Checker(experiment.configuration(), inputs, experiment.strategies(), device)
        .check(
            experiment.resolved(),
            experiment.contested(),
            notices(inputs),
            services.decisions().all(),
            refusal(inputs, device.present()));
  }

  private List<String> notices(ExperimentInputs inputs) {
    Strategies strategies = experiment.strategies();
    return Stream.of(services.notices().all(), told(inputs), strategies.idleDevices(inputs))
        .flatMap(List::stream)
        .toList();
  }

  private List<String> told(ExperimentInputs inputs) {
    return Stream.concat(
            experiment.strategies().moreThanHeld(inputs).stream(),
            experiment.fit().withoutValidation(inputs).stream())
        .toList();
  }

  /** A run for a device that is not here has to be started elsewhere, which is no mistake. */
  private Optional<String> refusal(ExperimentInputs inputs, boolean devicePresent) {
    try {
      if (devicePresent) {
        preparation.requireMachine(inputs);
      }
      preparation.requirePlace();
      return Optional.empty();
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** See {@link Experiment#requireCompatibility}. */
  void requireCompatibility(SharedInputs shared, RunListener listener) {
    experiment.fit().require(inputs(shared, listener));
  }

  /** See {@link Experiment#notices}. */
  List<String> notices(SharedInputs shared, RunListener listener) {
    return told(inputs(shared, listener));
  }

  /** See {@link Experiment#deciding}. */
  List<Optional<MetricDescription>> deciding(SharedInputs shared, RunListener listener) {
    return experiment.fit().deciding(inputs(shared, listener));
  }

  /** See {@link Experiment#training}. */
  TrainingCosts training(SharedInputs shared, RunListener listener) {
    ExperimentInputs inputs = inputs(shared, listener);
    return new TrainingCosts(inputs.training().cost(), inputs.training().ownCost());
  }

  /** See {@link Experiment#lackOfMemory}. */
  Optional<String> lackOfMemory(MemoryEstimate whole) {
    ExperimentConfiguration configuration = experiment.configuration();
    CellOptions cell = configuration.cell();
    DeviceDescription device = DeviceDescription.of(cell.device(), cell.devices());
    return device.present()
        ? MemoryCheck.lack(configuration.name(), whole.further(false), device.first())
        : Optional.empty();
  }

  /** See {@link Experiment#trainable}. */
  TrainableSize trainable(SharedInputs shared, RunListener listener) {
    ExperimentInputs inputs = inputs(shared, listener);
    experiment.fit().requireAdapter(inputs);
    return new TrainableSize(
        inputs.pretrained().shape().layers(),
        inputs.adapters().parameters(1),
        inputs.adapters().headParameters());
  }

  /** See {@link Experiment#stated}. */
  StatedCost stated(SharedInputs shared, RunListener listener) {
    ExperimentInputs inputs = inputs(shared, listener);
    Strategies strategies = experiment.strategies();
    Workload search = strategies.cost(inputs);
    return new StatedCost(
        search,
        inputs.training().cost(experiment.configuration().selector()),
        new ExperimentMemory(inputs).of(search),
        Optional.ofNullable(strategies.expectations(inputs).get(RunCell.MAIN)));
  }

  private ExperimentInputs inputs(SharedInputs shared, RunListener listener) {
    return preparation.kept(shared, listener).inputs();
  }

  /** See {@link Experiment#benchmark}. */
  Benchmark benchmark(SharedInputs shared, Duration most, RunListener listener) {
    ExperimentInputs inputs = loaded(shared, listener);
    return OutOfMemory.explained(() -> benchmarked(inputs, most));
  }

  /** See {@link Experiment#speed}. */
  SpeedReport speed(Duration most, RunListener listener) {
    try (SharedInputs alone = new SharedInputs()) {
      return speed(loaded(alone, listener), most);
    }
  }

  private SpeedReport speed(ExperimentInputs inputs, Duration most) {
    Device device = ExperimentServices.choose(experiment.configuration().cell().device());
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    List<LinearProduct> products =
        inputs.pretrained().shape().modules().stream()
            .map(module -> new LinearProduct(MEASURED_ROWS, module.inputs(), module.outputs()))
            .toList();
    String type = inputs.pretrained().shape().computeType();
    return OutOfMemory.explained(
        () ->
            new SpeedReport(
                MachineSpeed.measure(device, products, type),
                type,
                TorchEngine.start().threads(),
                load,
                benchmarked(inputs, most)));
  }

  private ExperimentInputs loaded(SharedInputs shared, RunListener listener) {
    return preparation.prepared(shared, () -> {}, listener).inputs();
  }

  private Benchmark benchmarked(ExperimentInputs inputs, Duration most) {
    return new CellBenchmark(experiment.configuration(), inputs).within(most);
  }
}
