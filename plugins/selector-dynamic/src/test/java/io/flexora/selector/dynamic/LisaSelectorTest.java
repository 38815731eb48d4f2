package io.flexora.selector.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.Schedules;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LisaSelectorTest {

  private static final int LAYERS = 6;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void drawsEachSetOfLayersEquallyOften() {
    TrainingSchedule schedule = schedule("2", 5, List.of());
    int draws = 3000;
    Map<List<Integer>, Integer> counts =
        new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (long step = 0; step < 5L * draws; step += 5) {
      counts.merge(Schedules.layers(schedule, step), 1, Integer::sum);
    }

    double expected = draws / 15.0;
    double chiSquare =
        counts.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    assertThat(counts).hasSize(15);
    // The 99.9th percentile of the chi-square distribution of 14 degrees of freedom.
    assertThat(chiSquare).isLessThan(36.12);
  }

  @Test
  void keepsItsLayersForAnInterval() {
    TrainingSchedule schedule = schedule("2", 20, List.of());
    List<List<Integer>> active =
        IntStream.range(0, 400).mapToObj(step -> Schedules.layers(schedule, step)).toList();

    for (int step = 0; step < 400; step++) {
      assertThat(active.get(step)).hasSize(2).isSorted().isEqualTo(active.get(step - step % 20));
    }
    assertThat(active.stream().distinct().count()).isBetween(8L, 15L);
  }

  @Test
  void takesTheSameNumberOfLayersAsTheOthersAndOnlyCandidates() {
    LisaSelector selector = selector("same", 20, List.of(5, 1, 3, 0));
    Selection selection = selector.select(context(List.of(0, 2, 4)));

    assertThat(selection.layers()).containsExactly(0, 1, 3, 5);
    assertThat(selection.scores())
        .containsEntry("share_of_steps", List.of(0.75, 0.75, 0.0, 0.75, 0.0, 0.75));
    TrainingSchedule schedule = selector.schedule(selection).orElseThrow();
    for (long step = 0; step < 200; step += 20) {
      assertThat(Schedules.layers(schedule, step)).hasSize(3).isSubsetOf(0, 1, 3, 5);
    }
  }

  @Test
  void moreLayersThanCandidatesAreRefused() {
    assertThatThrownBy(() -> selector("3", 20, List.of(1, 2)).select(context(List.of(0))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("train 3 layers")
        .hasMessageContaining("layers: 1 to 2");
    assertThatThrownBy(() -> selector("0", 20, List.of()).select(context(List.of(0))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("layers: 1 to 6");
    assertThatThrownBy(() -> selector("1", 20, List.of(6)).select(context(List.of(0))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("candidates [6]")
        .hasMessageContaining("0 to 5");
  }

  private TrainingSchedule schedule(String layers, int interval, List<Integer> candidates) {
    LisaSelector selector = selector(layers, interval, candidates);
    return selector.schedule(selector.select(context(List.of(0)))).orElseThrow();
  }

  private static LisaSelector selector(String layers, int interval, List<Integer> candidates) {
    return new LisaSelector(new LisaOptions(layers, interval, false, candidates), new Seeds(4));
  }

  private SelectionOnProblem context(List<Integer> planted) {
    return SelectionOnProblem.of(manager, LAYERS, planted);
  }
}
