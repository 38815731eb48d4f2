package io.flexora.comparison.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.comparison.setup.BudgetKind;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.estimate.TrainableSize;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BudgetConstraintTest {

  private static final TrainableSize SIZE = new TrainableSize(12, 1000, 300);

  @Test
  void aNumberOfLayersIsHeldIfTheModelHasThem() {
    assertThat(layers(12).sameLayers("bge", SIZE)).isEqualTo(OptionalInt.of(12));
    assertThatThrownBy(() -> layers(13).sameLayers("bge", SIZE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "compare.yaml: option 'budget.layers' is 13, but model 'bge' has 12 layers; write a"
                + " number from 1 to 12");
    assertThat(layers(2).keptBy(outcome(2, 0, 0, 0), List.of(), 0)).contains(true);
    assertThat(layers(2).keptBy(outcome(1, 0, 0, 0), List.of(), 0)).contains(true);
    assertThat(layers(2).keptBy(outcome(3, 0, 0, 0), List.of(), 0)).contains(false);
  }

  /** Two layers have 2300 parameters with the head. */
  @Test
  void modulesKeepToANumberOfLayersByTheirParameters() {
    List<RunEvent> events =
        List.of(new RunEvent(Instant.EPOCH, "main", "search", 0, new Event.ParametersHeld(2300)));
    assertThat(layers(2).keptBy(ofModules(2300), events, 0)).contains(true);
    assertThat(layers(2).keptBy(ofModules(2301), events, 0)).contains(false);
    assertThat(layers(2).keptBy(ofModules(2301), List.of(), 0)).as("an older record").isEmpty();
    assertThat(layers(2).keptBy(outcome(2, 2301, 0, 0), events, 0))
        .as("whole layers are counted")
        .contains(true);
  }

  /** A module in each of five layers. */
  private static CellOutcome ofModules(long parameters) {
    CellOutcome of = outcome(5, parameters, 0, 0);
    return CellOutcome.of(of.seed())
        .selectedLayers(of.selectedLayers())
        .selectedModules(
            of.selectedLayers().stream().map(layer -> ChosenModule.of(layer, "query")).toList())
        .scores(of.scores())
        .moduleScores(of.moduleScores())
        .scoreDescriptions(of.scoreDescriptions())
        .searchEnd(of.searchEnd())
        .trainableParameters(of.trainableParameters())
        .metrics(of.metrics())
        .figures(of.figures())
        .deciding(of.deciding())
        .testSets(of.testSets())
        .seconds(of.seconds())
        .peakMemoryBytes(of.peakMemoryBytes())
        .versions(of.versions())
        .failure(of.failure())
        .build();
  }

  @Test
  void parametersAreHeldByAsManyLayersAsFitBesideTheHead() {
    assertThat(parameters(1300).sameLayers("bge", SIZE)).isEqualTo(OptionalInt.of(1));
    assertThat(parameters(4299).sameLayers("bge", SIZE)).isEqualTo(OptionalInt.of(3));
    assertThat(parameters(4300).sameLayers("bge", SIZE)).isEqualTo(OptionalInt.of(4));
    assertThat(parameters(Long.MAX_VALUE).sameLayers("bge", SIZE)).isEqualTo(OptionalInt.of(12));
    assertThatThrownBy(() -> parameters(1299).sameLayers("bge", SIZE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("takes 1300 trainable parameters (adapters 1000, head 300)")
        .hasMessageContaining("so no strategy of whole layers can keep to it; write 1300 or more");
    assertThat(parameters(4300).keptBy(outcome(4, 4300, 0, 0), List.of(), 0)).contains(true);
    assertThat(parameters(4300).keptBy(outcome(4, 4301, 0, 0), List.of(), 0)).contains(false);
  }

  @Test
  void secondsAreThoseOfTheTrainingAndOfTheSearchIfItIsIncluded() {
    BudgetConstraint without = seconds(10, SearchTime.EXCLUDED);
    BudgetConstraint with = seconds(10, SearchTime.INCLUDED);
    assertThat(without.sameLayers("bge", SIZE)).isEmpty();
    assertThat(without.keptBy(outcome(1, 0, 99, 10.5), List.of(), 0)).contains(true);
    assertThat(without.keptBy(outcome(1, 0, 0, 11.5), List.of(), 0)).contains(false);
    assertThat(with.keptBy(outcome(1, 0, 5, 5), List.of(), 0)).contains(true);
    assertThat(with.keptBy(outcome(1, 0, 7, 5), List.of(), 0)).contains(false);
  }

  @Test
  void theTimeOfATuningCountsWhereItIsIncluded() {
    BudgetConstraint with = budget(tuned(SearchTime.INCLUDED, SearchTime.INCLUDED));
    BudgetConstraint without = budget(tuned(SearchTime.INCLUDED, SearchTime.EXCLUDED));
    assertThat(with.keptBy(outcome(1, 0, 2, 1), List.of(), 7.5)).contains(true);
    assertThat(with.keptBy(outcome(1, 0, 2, 1), List.of(), 8.5)).contains(false);
    assertThat(without.keptBy(outcome(1, 0, 2, 1), List.of(), 99)).contains(true);
    assertThat(tuned(SearchTime.INCLUDED, SearchTime.INCLUDED).record())
        .isEqualTo(new Budget("seconds", OptionalDouble.of(10), "included", "included"));
    assertThatThrownBy(() -> tuned(SearchTime.EXCLUDED, SearchTime.INCLUDED))
        .hasMessageContaining("write 'hold: seconds' and 'search: included', or remove it");
  }

  @Test
  void theStepsOfAPosteriorAreNotThoseOfTheTraining() {
    BudgetConstraint steps =
        budget(options(BudgetKind.STEPS, null, null, 5, null, SearchTime.EXCLUDED));
    List<RunEvent> events = List.of(step("main", 5), step("main+sampled", 100));
    assertThat(steps.keptBy(outcome(1, 0, 0, 1), events, 0)).contains(true);
    assertThat(steps.keptBy(outcome(1, 0, 0, 1), List.of(step("main", 6)), 0)).contains(false);
  }

  private static RunEvent step(String cell, long step) {
    return new RunEvent(
        Instant.EPOCH, cell, "train", step, new Event.StepDone(Progress.of(step, step)));
  }

  private static BudgetOptions tuned(SearchTime search, SearchTime tuning) {
    return new BudgetOptions(
        BudgetKind.SECONDS,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(10.0),
        search,
        tuning);
  }

  @Test
  void theAmountHasToBeThatOfWhatIsHeld() {
    assertThatThrownBy(
            () -> options(BudgetKind.LAYERS, null, null, null, null, SearchTime.EXCLUDED))
        .hasMessage("hold is layers, but no number is given; add 'layers: N'");
    assertThatThrownBy(() -> options(BudgetKind.LAYERS, 2, 9L, null, null, SearchTime.EXCLUDED))
        .hasMessageContaining("'parameters: 9' has no effect");
    assertThatThrownBy(() -> options(BudgetKind.STEPS, null, null, 5, null, SearchTime.INCLUDED))
        .hasMessageContaining("'search: included' concerns time, but hold is steps");
    assertThat(options(BudgetKind.LAYERS, 2, null, 60, null, SearchTime.EXCLUDED).record())
        .as("the steps of a training may be given beside any amount")
        .isEqualTo(new Budget("layers", OptionalDouble.of(2), "excluded", "excluded"));
    assertThat(options(BudgetKind.SECONDS, null, null, 60, 10.0, SearchTime.EXCLUDED).record())
        .isEqualTo(new Budget("seconds", OptionalDouble.of(10), "excluded", "excluded"));
    assertThatThrownBy(() -> options(BudgetKind.STEPS, null, null, 60, 10.0, SearchTime.EXCLUDED))
        .hasMessageContaining("'seconds: 10.0' has no effect");
    assertThat(options(BudgetKind.STEPS, null, null, null, null, SearchTime.EXCLUDED).record())
        .isEqualTo(new Budget("steps", OptionalDouble.empty(), "excluded", "excluded"));
  }

  private static BudgetConstraint layers(int layers) {
    return budget(options(BudgetKind.LAYERS, layers, null, null, null, SearchTime.EXCLUDED));
  }

  private static BudgetConstraint parameters(long parameters) {
    return budget(
        options(BudgetKind.PARAMETERS, null, parameters, null, null, SearchTime.EXCLUDED));
  }

  private static BudgetConstraint seconds(double seconds, SearchTime search) {
    return budget(options(BudgetKind.SECONDS, null, null, null, seconds, search));
  }

  private static BudgetConstraint budget(BudgetOptions options) {
    return new BudgetConstraint(options, Location.ofText("compare.yaml"));
  }

  private static BudgetOptions options(
      BudgetKind hold,
      Integer layers,
      Long parameters,
      Integer steps,
      Double seconds,
      SearchTime search) {
    return new BudgetOptions(
        hold,
        Optional.ofNullable(layers),
        Optional.ofNullable(parameters),
        Optional.ofNullable(steps),
        Optional.ofNullable(seconds),
        search,
        SearchTime.EXCLUDED);
  }

  private static CellOutcome outcome(int layers, long parameters, double search, double train) {
    return CellOutcome.of(1)
        .selectedLayers(IntStream.range(0, layers).boxed().toList())
        .trainableParameters(parameters)
        .seconds(Map.of("search", search, "train", train))
        .build();
  }
}
