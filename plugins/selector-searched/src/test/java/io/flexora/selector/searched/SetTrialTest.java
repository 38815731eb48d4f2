package io.flexora.selector.searched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.AdamWOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SetTrialTest {

  private static final int LAYERS = 5;
  private static final List<Integer> ALL = IntStream.range(0, LAYERS).boxed().toList();
  private static final List<Integer> SOME = List.of(1, 3);
  private static final int STEPS = 12;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** With decay and clipping, both of which would tell if the other layers took part. */
  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void trainsAsIfTheOtherLayersHadNoAdapters(OptimiserKind optimiser) {
    InnerTraining training = new InnerTraining(inner(optimiser), 1, false);
    SetTrial masked = new SetTrial(manager, new LowRankProblem(ALL), training, SOME);
    SetTrial alone = new SetTrial(manager, new LowRankProblem(SOME), training, SOME);
    SetTrial whole = new SetTrial(manager, new LowRankProblem(ALL), training, ALL);

    List<Double> apart = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      assertThat(masked.train()).as("step %d", step).isCloseTo(alone.train(), within(1e-12));
      whole.train();
      apart.add(Math.abs(masked.validate() - whole.validate()));
      assertThat(masked.validate()).isCloseTo(alone.validate(), within(1e-12));
    }

    assertThat(apart).last().satisfies(distance -> assertThat(distance).isGreaterThan(1e-3));
    assertThat(masked.steps()).isEqualTo(STEPS);
  }

  /** As where what an adapter adds at its start is taken out of the matrix. */
  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void weightDecayLeavesTheOtherLayersAtTheirStart(OptimiserKind optimiser) {
    InnerTraining training = new InnerTraining(inner(optimiser), 1, false);
    SetTrial masked = new SetTrial(manager, new LowRankProblem(ALL, 0.5), training, SOME);
    SetTrial alone = new SetTrial(manager, new LowRankProblem(SOME, 0.5), training, SOME);

    for (int step = 0; step < STEPS; step++) {
      assertThat(masked.train()).as("step %d", step).isCloseTo(alone.train(), within(1e-12));
      assertThat(masked.validate()).isCloseTo(alone.validate(), within(1e-12));
    }
  }

  private static InnerOptions inner(OptimiserKind optimiser) {
    return new InnerOptions(
        new UpdateOptions(
            optimiser.with(0.9, new AdamWOptions(0.9, 0.999, 1e-8, 0.1)),
            0.1,
            Optional.of(0.05),
            0.3,
            Schedule.Decay.COSINE),
        2,
        20);
  }
}
