package io.flexora.adapter.adalora;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.training.Deadline;
import io.flexora.numerics.training.GradientTraining;
import io.flexora.numerics.training.PackingOptions;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.numerics.training.TrainingPoint;
import io.flexora.numerics.vector.Workspace;
import io.flexora.optimiser.basic.Sgd;
import io.flexora.optimiser.basic.SgdOptions;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.LeastSquaresModel;
import io.flexora.testkit.fixture.model.TrainingOnModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ranks of what a training keeps as its best, with two modules of 3 by 3. */
class KeptRanksTest {

  private static final int RANK = 4;
  private static final int TARGET = 2;
  private static final int STEPS = 20;
  private static final int AFTER_LAST = 4;
  private static final int BETWEEN = 5;
  private static final Seeds SEEDS = new Seeds(1);
  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 3, 3);

  private final NDManager root = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    root.close();
  }

  /** Training draws all parameters to 1, past the best point of the validation, which is 0.5. */
  private static final class Drawn extends LeastSquaresModel {

    @Override
    public AdapterPlan plan() {
      AdaloraOptions options =
          new AdaloraOptions(
              RANK,
              TARGET,
              0,
              AFTER_LAST,
              BETWEEN,
              0.85,
              0.85,
              0,
              Optional.empty(),
              8,
              0,
              List.of());
      return new AdapterPlan(
          new AdaloraAdapter(options), List.of(0, 1), List.of("dense"), Head.NONE);
    }

    @Override
    public ParameterIndex parameters() {
      List<Slice> slices = new ArrayList<>();
      long offset = 0;
      for (int layer : plan().layers()) {
        for (AdapterParameter parameter : plan().method().parameters(MODULE)) {
          Slice.Adapter owner = new Slice.Adapter(layer, MODULE, parameter);
          slices.add(new Slice(offset, parameter.shape(), owner));
          offset += parameter.shape().size();
        }
      }
      return new ParameterIndex(slices);
    }

    @Override
    public NDArray initialTheta(NDManager scope, Seeds seeds) {
      long size = parameters().size();
      return NativeArrays.of(scope, seeds.stream("initial").doubles(size, -0.02, 0.02).toArray());
    }

    @Override
    public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
      double[] gradient = from(1, point);
      NDArray array = NativeArrays.of(scope, gradient);
      return new LossGradient(halfSquare(gradient), batch.terms(), array, Optional.empty());
    }

    @Override
    public double loss(NDManager scope, Batch batch, Point point) {
      return halfSquare(from(0.5, point));
    }

    private static double[] from(double target, Point point) {
      return Arrays.stream(point.theta().toDoubleArray()).map(v -> v - target).toArray();
    }

    private static double halfSquare(double[] values) {
      return Arrays.stream(values).map(v -> v * v / 2).sum();
    }
  }

  private static TrainingOptions options(boolean keepBest) {
    return new TrainingOptions(
        new UpdateOptions(
            new GivenComponent<>("sgd", new Sgd(new SgdOptions(0))),
            0.2,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        4,
        1,
        1,
        Optional.of(STEPS),
        0,
        Optional.empty(),
        Optional.of(1),
        8,
        keepBest,
        Optional.empty(),
        0,
        PackingOptions.NONE);
  }

  private TrainingResult train(boolean keepBest, RecordingMonitor monitor) {
    TrainingContext context =
        new TrainingOnModel(new Drawn(), root, new MemoryCheckpoints(), monitor);
    try (Workspace work = new Workspace(root)) {
      NDManager own = work.temporary();
      NDArray theta = context.model().initialTheta(own, SEEDS);
      GradientTraining training =
          new GradientTraining(own, context, options(keepBest), SEEDS, theta.getDataType());
      TrainingPoint end =
          training.run(
              own,
              context,
              training.start(own, context, theta),
              training.whole(),
              new Deadline(System::nanoTime, Optional.empty()));
      return training.result(work, context, end);
    }
  }

  private static long triplets(TrainingResult result) {
    double[] theta = result.theta().toDoubleArray();
    List<Slice> slices = new Drawn().parameters().slices();
    return slices.stream()
        .filter(slice -> slice.tensorName().endsWith("lora_E"))
        .flatMapToInt(KeptRanksTest::places)
        .filter(place -> theta[place] != 0)
        .count();
  }

  private static IntStream places(Slice slice) {
    int offset = Math.toIntExact(slice.offset());
    return IntStream.range(offset, offset + Math.toIntExact(slice.size()));
  }

  @Test
  void areThoseOfTheTargetAlthoughThereWasALowerLossBefore() {
    RecordingMonitor monitor = new RecordingMonitor();
    TrainingResult best = train(true, monitor);

    List<Double> losses =
        monitor.repeatable().stream().map(s -> s.validationLoss().orElseThrow()).toList();
    int last = STEPS - AFTER_LAST;
    double loss = losses.get(last - 1);
    assertThat(losses.subList(0, last - 1)).anyMatch(earlier -> earlier < loss);
    assertThat(best.step()).isEqualTo(last);
    assertThat(best.validationLoss()).hasValue(loss);
    assertThat(triplets(best)).isEqualTo(2 * TARGET);
    assertThat(triplets(train(false, new RecordingMonitor()))).isEqualTo(2 * TARGET);
    assertThat(monitor.notices()).isEmpty();
  }
}
