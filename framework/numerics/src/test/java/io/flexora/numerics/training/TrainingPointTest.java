package io.flexora.numerics.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.optimiser.Iterate;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainingPointTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final TrainingPoint start =
      TrainingPoint.start(iterate(1), new Known(List.of(0.5, -2.0), List.of(array(7))));

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray array(float value) {
    return NativeArrays.of(manager, new float[] {value});
  }

  private Iterate iterate(float value) {
    return new Iterate(array(value), Map.of("momentum", array(value / 2)));
  }

  private TrainingPoint moved(TrainingPoint from, float to, double loss) {
    return from.moved(iterate(to), loss, 100);
  }

  @Test
  void aPointBeginsWithoutLossesAndWithoutABest() {
    assertThat(start.step()).isZero();
    assertThat(start.best()).isEmpty();
    assertThat(start.trainingLoss()).isEmpty();
    assertThat(start.validationLoss()).isEmpty();
    assertThat(start.outOfTime()).isFalse();
  }

  @Test
  void theBestIsTheLowestValidationLossAndTheWorseOnesAreCounted() {
    TrainingPoint first = moved(start, 2, 0.9).evaluated(0.5);
    TrainingPoint worse = moved(first, 3, 0.8).evaluated(0.6);
    TrainingPoint equal = moved(worse, 4, 0.7).evaluated(0.5);
    TrainingPoint better = moved(equal, 5, 0.6).evaluated(0.4);

    assertThat(first.worse()).isZero();
    assertThat(worse.worse()).isEqualTo(1);
    assertThat(equal.worse()).as("no better").isEqualTo(2);
    assertThat(equal.best().orElseThrow().step()).isEqualTo(1);
    assertThat(better.worse()).isZero();
    assertThat(better.best().orElseThrow().loss()).isEqualTo(0.4);
    assertThat(better.best().orElseThrow().theta().toFloatArray()).containsExactly(5);
    assertThat(better.validationLoss()).hasValue(0.4);
    assertThat(better.trainingLoss()).hasValue(0.6);
    assertThat(worse.withValidationLoss(0.1).best().orElseThrow().loss()).isEqualTo(0.5);
  }

  @Test
  void aCheckpointKeepsAllOfAPoint() {
    TrainingPoint point = moved(moved(start, 2, 0.9).evaluated(0.5), 3, 0.8);

    TrainingPoint read = TrainingPoint.of(point.state());

    assertThat(read.step()).isEqualTo(2);
    assertThat(read.iterate().theta().toFloatArray()).containsExactly(3);
    assertThat(read.iterate().state("momentum").toFloatArray()).containsExactly(1.5f);
    assertThat(read.best().orElseThrow().theta().toFloatArray()).containsExactly(2);
    assertThat(read.best().orElseThrow().loss()).isEqualTo(0.5);
    assertThat(read.trainingLoss()).isEqualTo(point.trainingLoss());
    assertThat(read.validationLoss()).isEqualTo(point.validationLoss());
    assertThat(read.trend()).isEqualTo(point.trend());
    assertThat(read.known().numbers()).containsExactly(0.5, -2.0);
    assertThat(read.known().arrays()).hasSize(1);
    assertThat(read.known().arrays().get(0).toFloatArray()).containsExactly(7);
    assertThat(read.optimisedSince()).isZero();
    assertThat(read.layers()).isEmpty();
    assertThat(read.state().values()).isEqualTo(point.state().values());
  }

  @Test
  void aCheckpointWithoutAScheduleHasNone() {
    TrainingPoint read = TrainingPoint.of(TrainingPoint.start(iterate(1), Known.NOTHING).state());

    assertThat(read.known().numbers()).isEmpty();
    assertThat(read.known().arrays()).isEmpty();
    assertThat(read.state().values())
        .containsOnlyKeys("evaluations_since_best", "loss_of_first_tenth", "loss_of_last_tenth");
  }

  @Test
  void aScheduleMovesTheParametersAndTheBeginningOfTheOptimiser() {
    TrainingPoint point = moved(start, 2, 0.9).evaluated(0.5);
    Known now = Known.of(List.of(3.0));

    TrainingPoint found =
        TrainingPoint.of(point.scheduled(iterate(8), now, Optional.empty(), 1).state());

    assertThat(found.iterate().theta().toFloatArray()).containsExactly(8);
    assertThat(found.known().numbers()).containsExactly(3.0);
    assertThat(found.known().arrays()).isEmpty();
    assertThat(found.optimisedSince()).isEqualTo(1);
    assertThat(found.best().orElseThrow().theta().toFloatArray()).containsExactly(2);
  }

  @Test
  void anotherTrainingGoesOnWithoutTheBestOfTheFirst() {
    TrainingPoint point = moved(start, 2, 0.9).evaluated(0.5);

    TrainingPoint begun = point.begun();

    assertThat(begun.step()).isEqualTo(1);
    assertThat(begun.best()).isEmpty();
    assertThat(begun.worse()).isZero();
    assertThat(begun.trend().first()).isNaN();
    assertThat(begun.iterate()).isSameAs(point.iterate());
  }
}
