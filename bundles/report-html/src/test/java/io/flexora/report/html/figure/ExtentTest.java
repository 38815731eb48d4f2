package io.flexora.report.html.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ExtentTest {

  private static final List<Integer> ALL = List.of(0, 1, 2, 3);

  private static final List<ChosenModule> RANKED =
      List.of(
          ChosenModule.of(0, "query", 4),
          ChosenModule.of(0, "value", 8),
          ChosenModule.of(3, "value", 2));

  @Test
  void wholeLayersAreCountedAsLayers() {
    Extent extent = extent(cell(List.of(0, 3), List.of(), Map.of(), 0.78));

    assertThat(extent.words()).isEqualTo("2 of 4 layers (0, 3)");
    assertThat(extent.what()).isEqualTo("layers");
    assertThat(extent.count()).isEqualTo("2 of 4");
    assertThat(extent.note()).isEqualTo("0, 3");
    assertThat(extent(cell(List.of(), List.of(), Map.of(), 0.78)).words())
        .isEqualTo("0 of 4 layers");
  }

  @Test
  void modulesAreCountedAmongThoseThatHaveScores() {
    Extent extent = extent(RANKED, "query", "value");

    assertThat(extent.words())
        .isEqualTo("3 of 8 modules in 2 of 4 layers (0, 3), with ranks from 2 to 8");
    assertThat(extent.what()).isEqualTo("modules");
    assertThat(extent.count()).isEqualTo("3 of 8");
    assertThat(extent.note()).isEqualTo("in 2 of 4 layers: 0, 3, with ranks from 2 to 8");
  }

  @Test
  void withoutScoresOfEachModuleTheirNumberIsNotTold() {
    String words = "3 modules in 2 of 4 layers (0, 3), with ranks from 2 to 8";

    assertThat(extent(RANKED).words()).isEqualTo(words);
    assertThat(extent(RANKED, "query").words()).isEqualTo(words);
    assertThat(extent(RANKED).count()).isEqualTo("3");
  }

  @Test
  void oneRankIsNotTold() {
    List<ChosenModule> equal =
        List.of(ChosenModule.of(1, "query", 4), ChosenModule.of(2, "value", 4));

    assertThat(extent(equal, "query", "value").words())
        .isEqualTo("2 of 8 modules in 2 of 4 layers (1, 2)");
  }

  @Test
  void oneModuleIsCalledSo() {
    List<ChosenModule> one = List.of(ChosenModule.of(1, "query"));

    assertThat(extent(one).words()).isEqualTo("1 module in 1 of 4 layers (1)");
    assertThat(extent(one, "query").words()).isEqualTo("1 of 4 modules in 1 of 4 layers (1)");
  }

  @Test
  void layersThatShareAdaptersStandBehindTheOthers() {
    ChosenModule own = ChosenModule.of(0, "query");
    ChosenModule second = ChosenModule.ofShared(1, "query");
    ChosenModule third = ChosenModule.ofShared(2, "query");

    assertThat(extent(List.of(own, second, third)).words())
        .isEqualTo("1 module in 1 of 4 layers (0), with shared adapters in layers 1, 2");
    assertThat(extent(List.of(own, third)).note())
        .isEqualTo("in 1 of 4 layers: 0, with shared adapters in layer 2");
  }

  @Test
  void theFirstScreenTellsModules() {
    Evidence evidence =
        evidence(
            modules(RANKED, 0.78, "query", "value"),
            Map.of("all", cell(ALL, List.of(), Map.of(), 0.80)));

    assertThat(Verdict.of(evidence).sentence().replace('\u00a0', ' '))
        .startsWith(
            "mine chose 3 of 8 modules in 2 of 4 layers (0, 3), with ranks from 2 to 8: accuracy"
                + " 0.780 ± 0.010, against 0.800 ± 0.010 for all layers");
    assertThat(Verdict.of(evidence).answers().orElseThrow().rows().get(0).name())
        .isEqualTo("Are the chosen modules enough?");
    assertThat(Cover.of(evidence).figures())
        .contains(
            new Cover.Fact(
                "modules adapted", "3 of 8", "in 2 of 4 layers: 0, 3, with ranks from 2 to 8"));
  }

  @Test
  void ranksInAllLayersAreNotAllLayers() {
    List<ChosenModule> ranks =
        ALL.stream().map(layer -> ChosenModule.of(layer, "query", 1 + layer)).toList();
    Evidence evidence =
        evidence(
            cell(List.of(0, 3), List.of(), Map.of(), 0.78), Map.of("ranked", modules(ranks, 0.80)));

    Verdict verdict = Verdict.of(evidence);

    assertThat(verdict.sentence()).contains(" for ranked").doesNotContain("all layers");
    assertThat(verdict.answers().orElseThrow().rows().get(0).name())
        .isEqualTo("Is another choice better?");
    assertThat(Cover.of(evidence).figures()).noneMatch(item -> item.note().contains("all layers"));
  }

  /** What a cell of modules adapts that has scores of some. */
  private static Extent extent(List<ChosenModule> modules, String... scored) {
    return extent(modules(modules, 0.78, scored));
  }

  private static Extent extent(CellOutcome main) {
    return Extent.of(evidence(main, Map.of()).main(), ALL.size());
  }

  private static CellOutcome modules(
      List<ChosenModule> modules, double accuracy, String... scored) {
    Map<String, List<Double>> scores =
        Stream.of(scored)
            .collect(Collectors.toMap(module -> module, module -> List.of(1.0, 0.5, 2.0, 0.5)));
    return cell(
        modules.stream().map(ChosenModule::layer).distinct().sorted().toList(),
        modules,
        scores.isEmpty() ? Map.of() : Map.of("gate", scores),
        accuracy);
  }

  private static CellOutcome cell(
      List<Integer> layers,
      List<ChosenModule> modules,
      Map<String, Map<String, List<Double>>> scores,
      double accuracy) {
    return CellOutcome.of(1)
        .selectedLayers(layers)
        .selectedModules(modules)
        .moduleScores(scores)
        .trainableParameters(1000L * layers.size())
        .metrics(
            Map.of(
                "accuracy",
                new MetricValue(MetricDescription.fraction("accuracy"), accuracy, 0.01)))
        .deciding(Optional.of("accuracy"))
        .build();
  }

  private static Evidence evidence(CellOutcome main, Map<String, CellOutcome> others) {
    Map<String, CellResult> baselines =
        others.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, other -> new CellResult("other", other.getValue())));
    RunResult result = new RunResult("run", ALL.size(), new CellResult("mine", main), baselines);
    return Evidence.read(
        new RunRecord(Path.of("run"), "run", "", Optional.empty(), Optional.of(result), List.of()));
  }
}
