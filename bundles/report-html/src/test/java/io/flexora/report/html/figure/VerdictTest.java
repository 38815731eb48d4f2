package io.flexora.report.html.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class VerdictTest {

  private static final List<Integer> ALL = List.of(0, 1, 2, 3);

  @Test
  void saysThatADifferenceIsWithinTheStandardError() {
    assertThat(sentence(0.81, 0.80, 0.01))
        .isEqualTo(
            "flexora chose 2 of 4 layers (0, 3): accuracy 0.810 ± 0.010, against 0.800 ± 0.010 for"
                + " all layers, with 50 % of their trainable parameters. The difference is within"
                + " the standard error.");
  }

  @Test
  void countsStandardErrorsOfTheDifference() {
    // 0.06 / hypot(0.02, 0.02) = 2.12
    assertThat(sentence(0.86, 0.80, 0.02))
        .endsWith(
            "The difference is 2.1 standard errors, more than sampling error of the test set explains.");
    // 0.04 / hypot(0.02, 0.02) = 1.41
    assertThat(sentence(0.76, 0.80, 0.02))
        .endsWith("The difference is 1.4 standard errors, too small to rule out chance.");
  }

  @Test
  void doesNotJudgeWithoutAStandardError() {
    RunResult main = run(cell(List.of(0, 3), bare(0.9)), "all", cell(ALL, bare(0.7)));

    assertThat(verdict(main).sentence()).endsWith("as no standard error was recorded.");
    assertThat(answer(main)).isEqualTo("Unknown: no standard error was recorded.");
  }

  private static MetricValue bare(double accuracy) {
    return measured("accuracy", accuracy, Double.NaN);
  }

  @Test
  void aLowerLossIsAGain() {
    RunResult main =
        run(cell(List.of(0, 3), lower("loss", 0.5)), "all", cell(ALL, lower("loss", 0.6)));

    assertThat(answer(main)).isEqualTo("Better than all layers.");
  }

  @Test
  void comparesByTheMetricAndTheDirectionThatTheRunRecorded() {
    RunResult main =
        run(
            cell(List.of(0, 3), lower("bits", 1.5), measured("accuracy", 0.9, 0.01)),
            "all",
            cell(ALL, lower("bits", 1.2), measured("accuracy", 0.8, 0.01)));

    assertThat(verdict(main).sentence()).contains("bits 1.500");
    assertThat(answer(main)).isEqualTo("No: all layers are better.");
  }

  @Test
  void tellsWhichShareOfTheGainOfAllLayersTheChosenOnesHave() {
    assertThat(ofFour(0.70))
        .isEqualTo(
            "flexora chose 2 of 4 layers (0, 3): accuracy 0.780 ± 0.010, against 0.800 ± 0.010 for"
                + " all layers. The difference is 1.4 standard errors, too small to rule out"
                + " chance. The 2 chosen layers gain 80 % of what all 4 gain over the frozen model,"
                + " with 50 % of the trainable parameters (as many layers: drawn gains 70 %).");
    assertThat(ofFour(0.79))
        .startsWith("Adapting layers shows no significant gain in accuracy on this test set: ")
        .contains("for all layers, with 50 % of their trainable parameters.")
        .doesNotContain("of what all");
  }

  @Test
  void saysFirstThatAllLayersAloneAreBetterThanTheFrozenModel() {
    // 0.015 / hypot(0.01, 0.01) = 1.06, and of all layers 0.035 / hypot(0.01, 0.01) = 2.47
    assertThat(ofFour(0.765))
        .isEqualTo(
            "The 2 chosen layers are not clearly better than the frozen model, although all 4 are."
                + " The frozen model has 0.765 ± 0.010. flexora chose 2 of 4 layers (0, 3):"
                + " accuracy 0.780 ± 0.010, against 0.800 ± 0.010 for all layers. The difference"
                + " is 1.4 standard errors, too small to rule out chance. The 2 chosen layers gain"
                + " 43 % of what all 4 gain over the frozen model, with 50 % of the trainable"
                + " parameters (as many layers: drawn gains 14 %).");
  }

  @Test
  void saysFirstThatAnotherChoiceAloneIsBetterThanTheFrozenModel() {
    Map<String, CellResult> others =
        Map.of("drawn", other(List.of(1, 2), 0.72), "frozen", other(List.of(), 0.665));

    // 0.055 / hypot(0.01, 0.01) = 3.9
    assertThat(sentence(run(cell(List.of(0, 3), measured("accuracy", 0.67, 0.01)), others)))
        .startsWith(
            "The 2 chosen layers are not clearly better than the frozen model, although drawn is."
                + " The frozen model has 0.665 ± 0.010. flexora chose 2 of 4 layers (0, 3): ");
  }

  @Test
  void ofSeveralCellsOfAllLayersTheBestStandsForThem() {
    Map<String, CellResult> others = new TreeMap<>();
    others.put("a-part-at-a-time", new CellResult("other", parameters(ALL, 5_000, 0.76)));
    others.put("frozen", other(List.of(), 0.70));
    others.put("whole", new CellResult("other", parameters(ALL, 4_000, 0.80)));
    RunResult run = run(parameters(List.of(0, 3), 2_000, 0.78), others);

    assertThat(sentence(run))
        .contains(
            " against 0.800 ± 0.010 for all layers (whole). ",
            "The 2 chosen layers gain 80 % of what all 4 (whole) gain over the frozen model, with"
                + " 50 % of the trainable parameters.");
    assertThat(Cover.of(evidence(run)).figures())
        .contains(new Cover.Fact("trainable parameters", "2,000", "all layers: 4,000"));
  }

  private static String ofFour(double frozen) {
    Map<String, CellResult> others = new TreeMap<>();
    others.put("all", other(ALL, 0.80));
    others.put("drawn", other(List.of(1, 2), 0.77));
    others.put("frozen", other(List.of(), frozen));
    return sentence(run(cell(List.of(0, 3), measured("accuracy", 0.78, 0.01)), others));
  }

  private static CellResult other(List<Integer> layers, double accuracy) {
    return new CellResult("other", cell(layers, measured("accuracy", accuracy, 0.01)));
  }

  @Test
  void saysFirstThatAdaptingLayersGainedNothing() {
    RunResult main =
        run(
            cell(List.of(0, 3), measured("accuracy", 0.81, 0.01)),
            "frozen",
            cell(List.of(), measured("accuracy", 0.80, 0.01)));

    assertThat(verdict(main).sentence())
        .startsWith(
            "Adapting layers shows no significant gain in accuracy on this test set: the frozen"
                + " model has 0.800");
  }

  @Test
  void aHeadThatWasTrainedOnTheFrozenModelIsNamed() {
    RunResult main =
        run(parameters(List.of(0, 3), 2_000, 0.81), "frozen", parameters(List.of(), 1_000, 0.80));

    assertThat(sentence(main))
        .startsWith(
            "Adapting layers shows no significant gain in accuracy on this test set: a head trained"
                + " on the frozen model has 0.800 ± 0.010. ");
  }

  @Test
  void saysFirstThatTheFrozenModelDoesBetter() {
    RunResult main =
        run(
            cell(List.of(0, 3), measured("accuracy", 0.60, 0.01)),
            "frozen",
            cell(List.of(), measured("accuracy", 0.70, 0.01)));

    assertThat(sentence(main))
        .startsWith(
            "Adapting layers shows no significant gain in accuracy on this test set: the frozen"
                + " model does better, with 0.700 ± 0.010. flexora chose 2 of 4 layers ");
  }

  @Test
  void aGainThatIsTheSameOnEachExampleIsAGain() {
    RunResult main =
        paired(
            "frozen",
            cell(List.of(0, 3), measured("accuracy", 1, 0)),
            cell(List.of(), measured("accuracy", 0, 0)),
            0);

    assertThat(verdict(main).sentence())
        .startsWith("flexora chose ")
        .endsWith("The difference is the same on each test example.");
    assertThat(answer(main)).isEqualTo("Yes.");
  }

  @Test
  void withoutAStandardErrorItIsUnknownWhetherAnythingWasLearnt() {
    RunResult main = run(cell(List.of(0, 3), bare(0.9)), "frozen", cell(List.of(), bare(0.7)));

    assertThat(verdict(main).sentence()).startsWith("flexora chose ");
    assertThat(answer(main)).isEqualTo("Unknown: no standard error was recorded.");
  }

  @Test
  void parametersStandBesideThoseOfATrainedModel() {
    CellOutcome main = parameters(List.of(0, 3), 17_600, 0.81);
    RunResult frozen = run(main, "frozen", parameters(List.of(), 1_000, 0.70));
    RunResult fewer = run(main, "fewer", parameters(List.of(0), 1_000, 0.70));

    assertThat(sentence(frozen)).doesNotContain("parameters");
    assertThat(sentence(fewer))
        .contains(" for fewer, with 17.6 times its trainable parameters. The difference is ");
  }

  @Test
  void anErrorOfPairedExamplesComesBeforeThatOfIndependentOnes() {
    CellOutcome main = cell(List.of(0, 3), measured("accuracy", 0.81, 0.02));
    CellOutcome all = cell(ALL, measured("accuracy", 0.80, 0.02));
    RunResult independent = run(main, "all", all);
    RunResult paired = paired("all", main, all, 0.0025);

    assertThat(verdict(independent).sentence()).endsWith("is within the standard error.");
    assertThat(verdict(paired).sentence()).contains("4.0 standard errors");
    assertThat(answer(paired)).isEqualTo("Better than all layers.");
  }

  @Test
  void aGainThatIsNotClearIsNotSaidToBeOfTwoErrors() {
    RunResult run =
        paired(
            "all",
            cell(List.of(0, 3), measured("accuracy", 0.7804, 0.02)),
            cell(ALL, measured("accuracy", 0.80, 0.02)),
            0.01);

    assertThat(sentence(run))
        .endsWith("The difference is 1.96 standard errors, too small to rule out chance.");
    assertThat(row(run).entries()).extracting(FigureTable.TableEntry::text).contains("−1.96");
  }

  @Test
  void equalPredictionsAreToldAsSuch() {
    RunResult same =
        paired(
            "all",
            cell(List.of(0, 3), measured("accuracy", 0.81, 0.02)),
            cell(ALL, measured("accuracy", 0.81, 0.02)),
            0);

    assertThat(verdict(same).sentence()).endsWith("The difference is nil on each test example.");
    assertThat(answer(same)).isEqualTo("The same on each test example.");
  }

  @Test
  void aPosteriorOfTheMainCellIsNoOtherChoiceOfLayers() {
    RunResult posterior =
        paired(
            "main+temperature",
            cell(List.of(0, 3), measured("accuracy", 0.81, 0.02)),
            cell(List.of(0, 3), measured("accuracy", 0.83, 0.02)),
            0.004);

    assertThat(question(posterior)).isEqualTo("Does the posterior predict better?");
    assertThat(answer(posterior)).isEqualTo("Yes.");
  }

  private static RunResult paired(String name, CellOutcome main, CellOutcome other, double error) {
    RunResult run = run(main, name, other);
    CellResult cell = run.baselines().get(name);
    return new RunResult(
        run.name(),
        run.layers(),
        run.main(),
        Map.of(name, new CellResult(cell.selector(), cell.outcome(), OptionalDouble.of(error))));
  }

  @Test
  void tellsTheCostOfASearchWhereThereWasOne() {
    assertThat(ofSeconds(12.5))
        .endsWith(" The search took 12.5 s, the training that follows 3.0 s.");
    assertThat(ofSeconds(0.01)).doesNotContain("search");
    // What a choice without a search takes on a busy machine.
    assertThat(ofSeconds(0.1)).doesNotContain("search");
  }

  @Test
  void aShareOfAllHasItsIntervalInPlaceOfAnErrorOfZero() {
    MetricValue all =
        new MetricValue(
            MetricDescription.fraction("accuracy"),
            1,
            0,
            Optional.of(new MetricValue.ConfidenceInterval(0.954, 1)),
            Optional.empty());
    assertThat(Verdict.value(all)).isEqualTo("1.000 (0.954\u00a0to\u00a01.000)");
    assertThat(Verdict.value(measured("accuracy", 0.8, 0.01))).isEqualTo("0.800\u00a0±\u00a00.010");
  }

  private static String ofSeconds(double search) {
    Map<String, Double> seconds = Map.of("search", search, "train", 3.0);
    RunResult result =
        run(
            cell(List.of(0, 3), seconds, measured("accuracy", 0.8, 0.01)),
            "all",
            cell(ALL, measured("accuracy", 0.8, 0.01)));
    return verdict(result).sentence().replace('\u00a0', ' ');
  }

  @Test
  void answersTheQuestionOfEachBaseline() {
    assertThat(answerAgainst(ALL, 0.9)).isEqualTo("No: all layers are better.");
    assertThat(answerAgainst(ALL, 0.81)).startsWith("Not distinguishable from all layers");
    assertThat(answerAgainst(List.of(), 0.6)).isEqualTo("Yes.");
    assertThat(answerAgainst(List.of(), 0.79))
        .isEqualTo("Not distinguishable from the frozen model on this test set.");
    assertThat(answerAgainst(List.of(1, 2), 0.6)).startsWith("Yes: better than equally many");
    assertThat(answerAgainst(List.of(1, 2), 0.8))
        .isEqualTo(
            "Not shown: not distinguishable from equally many other layers on this test set.");
    assertThat(answerAgainst(List.of(1, 2, 3), 0.9)).isEqualTo("Yes: the other choice is better.");
  }

  private static String answerAgainst(List<Integer> layers, double accuracy) {
    return answer(
        run(
            cell(List.of(0, 3), measured("accuracy", 0.8, 0.01)),
            "other",
            cell(layers, measured("accuracy", accuracy, 0.01))));
  }

  private static String question(RunResult result) {
    return row(result).name();
  }

  private static String answer(RunResult result) {
    List<FigureTable.TableEntry> entries = row(result).entries();
    return entries.get(entries.size() - 1).text();
  }

  private static FigureTable.TableRow row(RunResult result) {
    return verdict(result).answers().orElseThrow().rows().get(0);
  }

  private static String sentence(double ours, double theirs, double error) {
    return sentence(
        run(
            cell(List.of(0, 3), measured("accuracy", ours, error)),
            "all",
            cell(ALL, measured("accuracy", theirs, error))));
  }

  private static String sentence(RunResult result) {
    return verdict(result).sentence().replace('\u00a0', ' ');
  }

  private static MetricValue measured(String metric, double value, double error) {
    return new MetricValue(MetricDescription.fraction(metric), value, error);
  }

  private static MetricValue lower(String metric, double value) {
    return new MetricValue(MetricDescription.error(metric), value, 0.01);
  }

  /** A cell; the first metric decides. */
  private static CellOutcome cell(List<Integer> layers, MetricValue... metrics) {
    return cell(layers, Map.of(), metrics);
  }

  private static CellOutcome cell(
      List<Integer> layers, Map<String, Double> seconds, MetricValue... metrics) {
    return cell(layers, 1000L * layers.size(), seconds, metrics);
  }

  private static CellOutcome cell(
      List<Integer> layers, long parameters, Map<String, Double> seconds, MetricValue... metrics) {
    return CellOutcome.of(1)
        .selectedLayers(layers)
        .trainableParameters(parameters)
        .metrics(
            Arrays.stream(metrics).collect(Collectors.toMap(MetricValue::name, metric -> metric)))
        .deciding(Optional.of(metrics[0].name()))
        .seconds(seconds)
        .build();
  }

  /** A cell of so many trainable parameters. */
  private static CellOutcome parameters(List<Integer> layers, long parameters, double accuracy) {
    return cell(layers, parameters, Map.of(), measured("accuracy", accuracy, 0.01));
  }

  private static RunResult run(CellOutcome main, String name, CellOutcome other) {
    return run(main, Map.of(name, new CellResult("other", other)));
  }

  private static RunResult run(CellOutcome main, Map<String, CellResult> others) {
    return new RunResult("run", ALL.size(), new CellResult("flexora", main), others);
  }

  private static Verdict verdict(RunResult result) {
    return Verdict.of(evidence(result));
  }

  private static Evidence evidence(RunResult result) {
    return Evidence.read(
        new RunRecord(Path.of("run"), "run", "", Optional.empty(), Optional.of(result), List.of()));
  }
}
