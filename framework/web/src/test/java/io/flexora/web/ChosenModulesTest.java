package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.plan.ChosenModule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChosenModulesTest {

  @Test
  void wholeLayersHaveNoLine() {
    assertThat(ChosenModules.lines(List.of())).isEmpty();
  }

  @Test
  void layersWithTheSameModulesAndRanksAreOneLine() {
    List<ChosenModule> chosen =
        Stream.of(0, 1, 2, 3, 5)
            .flatMap(
                layer ->
                    Stream.of(
                        ChosenModule.of(layer, "query", 8), ChosenModule.of(layer, "value", 8)))
            .toList();

    assertThat(ChosenModules.lines(chosen)).containsExactly("layers 0-3, 5: query, value (rank 8)");
  }

  @Test
  void eachRankStandsBehindItsModules() {
    assertThat(
            ChosenModules.lines(
                List.of(
                    ChosenModule.of(0, "query", 8),
                    ChosenModule.of(0, "key"),
                    ChosenModule.of(0, "value", 8),
                    ChosenModule.of(2, "query", 4),
                    ChosenModule.of(2, "value"))))
        .containsExactly("layer 0: query, value (rank 8); key", "layer 2: query (rank 4); value");
  }

  @Test
  void theOrderInWhichModulesWereChosenDividesNoLayers() {
    assertThat(
            ChosenModules.lines(
                List.of(
                    ChosenModule.of(11, "value"),
                    ChosenModule.of(11, "query"),
                    ChosenModule.of(9, "query"),
                    ChosenModule.of(9, "value"),
                    ChosenModule.of(10, "query"))))
        .containsExactly("layers 9, 11: query, value", "layer 10: query");
  }

  @Test
  void modulesThatShareAnAdapterAreNotTakenForThoseThatHaveTheirOwn() {
    assertThat(
            ChosenModules.lines(
                List.of(
                    ChosenModule.of(0, "query"),
                    ChosenModule.ofShared(1, "query"),
                    ChosenModule.ofShared(2, "query"))))
        .containsExactly("layer 0: query", "layers 1-2: query (shared adapter)");
  }
}
