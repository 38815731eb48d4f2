package io.flexora.results.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GainShareTest {

  private static final int LAYERS = 12;
  private static final MetricDescription ACCURACY = MetricDescription.fraction("measured");
  private static final MetricDescription LOSS = MetricDescription.error("measured");

  @Test
  void tellsTheShareOfTheChosenLayersAndOfAsManyOthers() {
    Optional<GainShare> share = share(accuracy(3, 0.729), full(0.751, 0.665, 0.719));

    // 0.064 / 0.086 and 0.054 / 0.086
    assertThat(share.orElseThrow().share()).isCloseTo(0.7442, within(1e-4));
    assertThat(RunSentences.of(share.orElseThrow()))
        .isEqualTo(
            "The 3 chosen layers gain 74 % of what all 12 gain over the frozen model, with 30 % of"
                + " the trainable parameters (as many layers: drawn gains 63 %).");
  }

  @Test
  void saysNothingOfAsManyLayersWhereNoCellHasThem() {
    assertThat(sentence(accuracy(3, 0.729), full(0.751, 0.665)))
        .endsWith("with 30 % of the trainable parameters.");
    assertThat(sentence(accuracy(1, 0.708), full(0.751, 0.665)))
        .startsWith("The chosen layer gains 50 % of what all 12 gain over the frozen model, ");
  }

  @Test
  void severalCellsStandInTheOrderOfTheRun() {
    Map<String, CellOutcome> others = full(0.75, 0.65, 0.70);
    others.put("a-region", accuracy(3, 0.74));
    others.put("fewer", accuracy(2, 0.70));

    assertThat(sentence(accuracy(3, 0.73), others))
        .endsWith("(as many layers: a-region gains 90 %, drawn gains 50 %).");
  }

  @Test
  void ofSeveralCellsOfAllLayersTheBestIsTheWhole() {
    Map<String, CellOutcome> others = full(0.751, 0.665);
    others.put("a-part-at-a-time", accuracy(12, 0.715));

    assertThat(sentence(accuracy(3, 0.729), others))
        .isEqualTo(
            "The 3 chosen layers gain 74 % of what all 12 (whole) gain over the frozen model, with"
                + " 30 % of the trainable parameters.");
  }

  @Test
  void aLowerLossIsAGain() {
    Map<String, CellOutcome> others =
        cells(cell(LOSS, 12, 0.8), cell(LOSS, 0, 1.2), cell(LOSS, 3, 1.0));

    assertThat(sentence(cell(LOSS, 3, 0.9), others))
        .startsWith("The 3 chosen layers gain 75 % of what all 12 gain ")
        .endsWith("(as many layers: drawn gains 50 %).");
    assertThat(share(cell(LOSS, 3, 0.9), cells(cell(LOSS, 12, 1.2), cell(LOSS, 0, 0.8)))).isEmpty();
  }

  @Test
  void aShareMayBeMoreThanTheWhole() {
    assertThat(sentence(accuracy(3, 0.725), full(0.721, 0.672)))
        .startsWith("The 3 chosen layers gain 108 % of what all 12 gain over the frozen model, ");
  }

  @Test
  void whatDoesWorseThanTheFrozenModelIsToldSo() {
    assertThat(sentence(accuracy(3, 0.650), full(0.751, 0.665, 0.719)))
        .isEqualTo(
            "The 3 chosen layers do worse than the frozen model on these examples, by 17 % of what"
                + " all 12 gain over it, with 30 % of the trainable parameters (as many layers:"
                + " drawn gains 63 %).");
    assertThat(sentence(accuracy(3, 0.729), full(0.751, 0.665, 0.650)))
        .endsWith("(as many layers: drawn gains less than 0 %).");
    assertThat(sentence(accuracy(3, 0.6649), full(0.751, 0.665)))
        .startsWith("The 3 chosen layers gain 0 % of what all 12 gain ");
  }

  @Test
  void withoutAClearGainOfAllLayersThereIsNoShare() {
    CellOutcome unknown = cell(12, List.of(), new MetricValue(ACCURACY, 0.75, Double.NaN));

    // 0.02 / hypot(0.014, 0.014) = 1.01
    assertThat(share(accuracy(3, 0.70), full(0.685, 0.665))).isEmpty();
    assertThat(share(accuracy(3, 0.70), full(0.60, 0.70))).isEmpty();
    assertThat(share(accuracy(3, 0.73), cells(unknown, accuracy(0, 0.65)))).isEmpty();
  }

  @Test
  void aRunNeedsTheFrozenModelAndAllLayersAndAChoice() {
    Map<String, CellOutcome> others = full(0.751, 0.665);
    CellOutcome all = others.get("whole");
    CellOutcome frozen = others.get("nothing");

    assertThat(share(accuracy(3, 0.729), Map.of("whole", all))).isEmpty();
    assertThat(share(accuracy(3, 0.729), Map.of("nothing", frozen))).isEmpty();
    assertThat(share(accuracy(12, 0.729), others)).isEmpty();
    assertThat(share(accuracy(0, 0.729), others)).isEmpty();
    assertThat(share(CellOutcome.failed(1, Map.of(), "it broke"), others)).isEmpty();
  }

  @Test
  void aPosteriorOfAllLayersIsNotAllLayers() {
    Map<String, CellOutcome> others =
        Map.of("whole+posterior", accuracy(12, 0.751), "nothing", accuracy(0, 0.665));

    assertThat(share(accuracy(3, 0.729), others)).isEmpty();
  }

  @Test
  void chosenModulesStandBesideAllModulesAlone() {
    CellOutcome main = modules(3, 0.708);

    assertThat(sentence(main, full(0.751, 0.665, 0.719)))
        .isEqualTo(
            "The 2 chosen modules gain 50 % of what all modules gain over the frozen model, with"
                + " 30 % of the trainable parameters.");
    assertThat(share(main, cells(modules(12, 0.751), accuracy(0, 0.665)))).isEmpty();
  }

  @Test
  void aSmallShareOfTheParametersHasADecimal() {
    CellOutcome main = parameters(3, 1_234);

    assertThat(sentence(main, cells(parameters(12, 100_000), accuracy(0, 0.5))))
        .endsWith("with 1.2 % of the trainable parameters.");
  }

  private static String sentence(CellOutcome main, Map<String, CellOutcome> others) {
    return RunSentences.of(share(main, others).orElseThrow());
  }

  private static Optional<GainShare> share(CellOutcome main, Map<String, CellOutcome> others) {
    Map<String, CellResult> baselines = new TreeMap<>();
    others.forEach((name, cell) -> baselines.put(name, new CellResult("other", cell)));
    return GainShare.of(
        new RunResult("run", LAYERS, new CellResult("chosen", main), baselines), "measured");
  }

  /** All layers and the frozen model, and perhaps as many others. */
  private static Map<String, CellOutcome> full(double all, double frozen, double... drawn) {
    Map<String, CellOutcome> cells = cells(accuracy(12, all), accuracy(0, frozen));
    for (double value : drawn) {
      cells.put("drawn", accuracy(3, value));
    }
    return cells;
  }

  private static Map<String, CellOutcome> cells(
      CellOutcome all, CellOutcome frozen, CellOutcome... drawn) {
    Map<String, CellOutcome> cells = new TreeMap<>(Map.of("whole", all, "nothing", frozen));
    for (CellOutcome cell : drawn) {
      cells.put("drawn", cell);
    }
    return cells;
  }

  private static CellOutcome accuracy(int layers, double value) {
    return cell(ACCURACY, layers, value);
  }

  private static CellOutcome modules(int layers, double value) {
    return cell(
        layers,
        List.of(ChosenModule.of(0, "query"), ChosenModule.of(2, "value")),
        new MetricValue(ACCURACY, value, 0.014));
  }

  private static CellOutcome cell(MetricDescription metric, int layers, double value) {
    return cell(layers, List.of(), new MetricValue(metric, value, 0.014));
  }

  private static CellOutcome cell(int layers, List<ChosenModule> modules, MetricValue measured) {
    return cell(layers, modules, 10_010 + 12_288L * layers, measured);
  }

  private static CellOutcome parameters(int layers, long parameters) {
    return cell(layers, List.of(), parameters, new MetricValue(ACCURACY, 0.75, 0.014));
  }

  private static CellOutcome cell(
      int layers, List<ChosenModule> modules, long parameters, MetricValue measured) {
    return CellOutcome.of(1)
        .selectedLayers(IntStream.range(0, layers).boxed().toList())
        .selectedModules(modules)
        .trainableParameters(parameters)
        .metrics(Map.of("measured", measured))
        .deciding(Optional.of("measured"))
        .build();
  }
}
