package io.flexora.selector.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Restart;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.Schedules;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BadamSelectorTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void sweepsOverTheBlocksInTurn() {
    assertThat(sweep(Order.ASCENDING, Optional.empty(), 4))
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4), List.of(0, 1));
    assertThat(sweep(Order.DESCENDING, Optional.empty(), 4))
        .containsExactly(List.of(4), List.of(2, 3), List.of(0, 1), List.of(4));
    assertThat(sweep(Order.ASCENDING, Optional.of(1), 3))
        .containsExactly(List.of(2, 3), List.of(4), List.of(0, 1));
    assertThat(sweep(Order.FIXED, Optional.of(1), 3))
        .containsExactly(List.of(2, 3), List.of(2, 3), List.of(2, 3));
  }

  @Test
  void aRandomSweepHasEachBlockOnce() {
    List<List<Integer>> turns = sweep(Order.RANDOM, Optional.empty(), 300);
    Set<List<List<Integer>>> sweeps = new HashSet<>();
    for (int from = 0; from < 300; from += 3) {
      List<List<Integer>> sweep = turns.subList(from, from + 3);
      assertThat(sweep).containsExactlyInAnyOrder(List.of(0, 1), List.of(2, 3), List.of(4));
      sweeps.add(sweep);
    }
    assertThat(sweeps).hasSize(6);
  }

  @Test
  void keepsItsBlockForAnIntervalAndStartsTheOptimiserAnew() {
    BadamSelector selector = selector(Order.ASCENDING, Optional.empty());
    TrainingSchedule schedule = selector.schedule(selection(selector)).orElseThrow();

    assertThat(IntStream.range(0, 100).mapToObj(s -> Schedules.layers(schedule, s)))
        .allMatch(active -> active.equals(List.of(0, 1)) || active.equals(List.of(2, 3)));
    assertThat(Schedules.layers(schedule, 49)).containsExactly(0, 1);
    assertThat(Schedules.layers(schedule, 50)).containsExactly(2, 3);
    assertThat(Schedules.turn(schedule, 50, List.of()).restart())
        .isEqualTo(Restart.RETURNING_LAYERS);
  }

  @Test
  void tellsHowOftenALayerIsTrained() {
    assertThat(selection(selector(Order.RANDOM, Optional.empty())).scores().get("share_of_steps"))
        .containsOnly(1.0 / 3);
    assertThat(selection(selector(Order.FIXED, Optional.of(2))).scores().get("share_of_steps"))
        .containsExactly(0.0, 0.0, 0.0, 0.0, 1.0);
  }

  @Test
  void aStartBeyondTheBlocksIsRefused() {
    assertThatThrownBy(() -> selection(selector(Order.ASCENDING, Optional.of(3))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("block 3")
        .hasMessageContaining("0 to 2");
    assertThatThrownBy(() -> selector(Order.RANDOM, Optional.of(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start_block");
  }

  private List<List<Integer>> sweep(Order order, Optional<Integer> start, int turns) {
    BadamSelector selector = selector(order, start);
    TrainingSchedule schedule = selector.schedule(selection(selector)).orElseThrow();
    return IntStream.range(0, turns).mapToObj(t -> Schedules.layers(schedule, 50L * t)).toList();
  }

  private Selection selection(BadamSelector selector) {
    return selector.select(SelectionOnProblem.of(manager, 5, List.of(0)));
  }

  private static BadamSelector selector(Order order, Optional<Integer> start) {
    return new BadamSelector(new BadamOptions(2, 50, order, start, List.of()), new Seeds(4));
  }
}
