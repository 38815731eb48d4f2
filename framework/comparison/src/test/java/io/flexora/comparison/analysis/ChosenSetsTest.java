package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.plan.ChosenModule;
import io.flexora.results.run.CellOutcome;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChosenSetsTest {

  private static final OptionalInt SIX = OptionalInt.of(6);

  /** As in ChoiceStabilityTest: two sets of six among twelve. */
  private static final double SIX_OF_TWELVE = 148219 / 426888.0;

  /** A module of the layers from the first to before the end. */
  private static ChosenModule[] of(String module, int first, int end) {
    return IntStream.range(first, end)
        .mapToObj(layer -> ChosenModule.of(layer, module))
        .toArray(ChosenModule[]::new);
  }

  private static CellOutcome outcome(
      List<Integer> layers, List<ChosenModule> modules, Map<String, List<Double>> scores) {
    return CellOutcome.of(1)
        .selectedLayers(layers)
        .selectedModules(modules)
        .moduleScores(scores.isEmpty() ? Map.of() : Map.of("gate", scores))
        .trainableParameters(100)
        .build();
  }

  private static CellOutcome ofModules(ChosenModule... chosen) {
    List<Integer> layers = Stream.of(chosen).map(ChosenModule::layer).distinct().sorted().toList();
    return outcome(layers, List.of(chosen), Map.of());
  }

  private static CellOutcome ofLayers(Integer... layers) {
    return outcome(List.of(layers), List.of(), Map.of());
  }

  @Test
  void modulesOfAllLayersAreToldApart() {
    ChosenSets chosen =
        ChosenSets.of(List.of(ofModules(of("q", 0, 6)), ofModules(of("v", 0, 6))), SIX);
    assertThat(chosen.elements()).hasValue(12);
    assertThat(chosen.jaccard()).as("the layers are the same, the modules are not").hasValue(0);
    assertThat(chosen.jaccardByChance().orElseThrow()).isCloseTo(SIX_OF_TWELVE, within(1e-12));
  }

  @Test
  void theRecordHasThem() {
    Map<?, ?> strategy =
        new Cells()
            .modules(of("q", 0, 6))
            .answers("all", 1, "0110")
            .modules(of("v", 0, 6))
            .answers("all", 2, "0111")
            .strategy("all");
    assertThat(strategy.get("jaccard")).isEqualTo(0.0);
    assertThat((Double) strategy.get("jaccard_by_chance")).isCloseTo(SIX_OF_TWELVE, within(1e-12));
    assertThat(strategy.get("layer_frequency"))
        .as("still of layers")
        .isEqualTo(Collections.nCopies(6, 1.0));
  }

  @Test
  void wholeLayersHaveAllTheirModules() {
    ChosenSets chosen =
        ChosenSets.of(
            List.of(ofModules(of("q", 0, 6)), ofModules(of("v", 3, 6)), ofLayers(0, 1, 2)), SIX);
    // Of 6, 3 and 6 pairs: none in common, three of nine, none.
    assertThat(chosen.jaccard().orElseThrow()).isCloseTo((0 + 3 / 9.0 + 0) / 3, within(1e-12));
    assertThat(ChosenSets.of(List.of(ofLayers(), ofModules(of("q", 0, 1))), SIX).jaccard())
        .as("a cell that adapts nothing")
        .hasValue(0);
  }

  @Test
  void modulesThatHaveScoresCouldBeChosen() {
    List<Double> scores = List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    CellOutcome scored =
        outcome(
            List.of(0),
            List.of(ChosenModule.of(0, "q")),
            Map.of("q", scores, "v", scores, "o", scores));
    ChosenSets chosen = ChosenSets.of(List.of(scored, ofModules(of("q", 1, 2))), SIX);
    assertThat(chosen.elements()).hasValue(18);
    assertThat(chosen.jaccardByChance().orElseThrow()).isCloseTo(1 / 18.0, within(1e-12));
  }

  @Test
  void ranksDoNotCount() {
    CellOutcome low = ofModules(ChosenModule.of(0, "q", 2), ChosenModule.of(1, "v", 8));
    CellOutcome high = ofModules(ChosenModule.of(0, "q", 8), ChosenModule.of(1, "v", 2));
    assertThat(ChosenSets.of(List.of(low, high), SIX).jaccard()).hasValue(1);
  }

  @Test
  void whereNoModulesWereChosenLayersAreCompared() {
    ChosenSets chosen = ChosenSets.of(List.of(ofLayers(0, 3), ofLayers(0, 4)), SIX);
    assertThat(chosen.elements()).isEqualTo(SIX);
    assertThat(chosen.jaccard().orElseThrow()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(ChosenSets.of(List.of(), SIX).jaccardByChance()).isEmpty();
    ChosenSets unknown = ChosenSets.of(List.of(ofLayers(0), ofLayers(1)), OptionalInt.empty());
    assertThat(unknown.jaccardByChance()).isEmpty();
  }
}
