package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.cli.output.Palette;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadlineTest {

  @Test
  void theMainCellStandsAgainstEachOtherOne() {
    assertThat(lines(0.665))
        .containsExactly(
            "MAIN AGAINST              GAIN  VERDICT",
            "all           -0.0120 ± 0.0090  not distinguishable, 25 % of its parameters",
            "frozen        +0.0570 ± 0.0110  better",
            "random        +0.0320 ± 0.0100  better, as many parameters",
            "The 3 chosen layers gain 83 % of what all 12 gain over the frozen model, with 25 % of"
                + " the trainable parameters (as many layers: random gains 36 %).",
            "The search took 35.2 s, the training that follows 8.6 s.",
            "This is one seed on these test examples; 'flexora compare' repeats it over seeds.");
  }

  @Test
  void aRunThatLearntNothingSaysSo() {
    assertThat(lines(0.712))
        .contains(
            "frozen        +0.0100 ± 0.0110  not distinguishable",
            "Adapting layers shows no significant gain in accuracy on the test examples: the frozen"
                + " model is not distinguishable.");
    assertThat(lines(0.665)).noneMatch(line -> line.contains("shows no significant gain"));
  }

  @Test
  void whereAllLayersAloneAreBetterThanTheFrozenModelItIsSaid() {
    // 0.018 / 0.011 = 1.6 of the chosen layers, 0.03 / hypot(0.01, 0.01) = 2.1 of all
    assertThat(lines(0.704))
        .containsSequence(
            "The 3 chosen layers are not clearly better than the frozen model, although all 12"
                + " are.",
            "The 3 chosen layers gain 60 % of what all 12 gain over the frozen model, with 25 % of"
                + " the trainable parameters (as many layers: random gains less than 0 %).")
        .noneMatch(line -> line.contains("shows no significant gain"));
    assertThat(lines(0.665)).noneMatch(line -> line.contains("not clearly better"));
    assertThat(lines(0.712)).noneMatch(line -> line.contains("not clearly better"));
  }

  @Test
  void withoutACellOfAllLayersTheChosenOnesAloneSayWhetherAnythingWasLearnt() {
    String nothing =
        "Adapting layers shows no significant gain in accuracy on the test examples: the frozen"
            + " model is not distinguishable.";

    assertThat(lines(besideFrozen(0.704))).contains(nothing);
    assertThat(lines(besideFrozen(0.665))).doesNotContain(nothing);
  }

  @Test
  void whereTheFrozenModelIsBetterItIsSaid() {
    assertThat(lines(besideFrozen(0.822)))
        .contains(
            "frozen        -0.1000 ± 0.0110  worse",
            "Adapting layers shows no significant gain in accuracy on the test examples: the frozen"
                + " model does better.");
  }

  @Test
  void whereAHeadWasTrainedOnTheFrozenModelItIsSaid() {
    assertThat(lines(run(cell(3, 0.722), Map.of("frozen", paired(head(0.722), 0.011)))))
        .contains(
            "Adapting layers shows no significant gain in accuracy on the test examples: a head"
                + " trained on the frozen model is not distinguishable.");
  }

  @Test
  void whereAnotherChoiceAloneIsBetterThanTheFrozenModelItIsSaid() {
    RunResult result =
        run(
            cell(3, 0.67),
            Map.of(
                "frozen", paired(cell(0, 0.665), 0.012), "random", paired(cell(3, 0.719), 0.012)));

    assertThat(lines(result))
        .contains(
            "frozen        +0.0050 ± 0.0120  not distinguishable",
            "random        -0.0490 ± 0.0120  worse, as many parameters",
            "The 3 chosen layers are not clearly better than the frozen model, although random is.")
        .noneMatch(line -> line.contains("shows no significant gain"));
  }

  @Test
  void aGainThatIsTheSameOnEachExampleIsAGain() {
    RunResult result = run(cell(3, 1), Map.of("frozen", paired(cell(0, 0), 0)));

    assertThat(lines(result))
        .contains(
            "frozen        +1.0000 ± 0.0000  better, the same difference on each test example")
        .noneMatch(line -> line.contains("shows no significant gain"));
  }

  @Test
  void withoutAStandardErrorNothingIsConcluded() {
    CellResult frozen = new CellResult("other", cell(0, 0.422, Double.NaN));
    RunResult result = run(cell(3, 0.722, Double.NaN), Map.of("frozen", frozen));

    assertThat(lines(result))
        .contains("frozen        +0.3000  no standard error is known")
        .noneMatch(line -> line.contains("shows no significant gain"));
  }

  @Test
  void aCellWithoutParametersIsNotComparedByThem() {
    RunResult result =
        run(cell(3, 0.722), Map.of("frozen+temperature", paired(cell(0, 0.665), 0.011)));

    assertThat(lines(result)).contains("frozen+temperature  +0.0570 ± 0.0110  better");
  }

  private static RunResult besideFrozen(double frozen) {
    return run(cell(3, 0.722), Map.of("frozen", paired(cell(0, frozen), 0.011)));
  }

  private static RunResult run(CellOutcome main, Map<String, CellResult> others) {
    return new RunResult("run", 12, new CellResult("flexora", main), new TreeMap<>(others));
  }

  @Test
  void withoutAClearGainOfAllLayersNoShareOfItIsTold() {
    // 0.022 / hypot(0.01, 0.01) = 1.6
    assertThat(lines(0.712)).noneMatch(line -> line.contains("of what all"));
  }

  @Test
  void theShareIsWrapped() {
    CellResult main = new CellResult("flexora", cell(3, 0.722));
    RunResult run = new RunResult("run", 12, main, baselines(0.665));

    assertThat(new Headline(run).lines(new Palette(false), 80))
        .containsSequence(
            "The 3 chosen layers gain 83 % of what all 12 gain over the frozen model, with",
            "25 % of the trainable parameters (as many layers: random gains 36 %).")
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void equalPredictionsAndAPosteriorAreToldAsSuch() {
    RunResult result =
        new RunResult(
            "run",
            12,
            new CellResult("flexora", cell(3, 0.722)),
            new TreeMap<>(
                Map.of(
                    "all", paired(cell(12, 0.722), 0),
                    "main+temperature", paired(cell(3, 0.702), 0.004))));

    assertThat(lines(result))
        .contains(
            "all               +0.0000 ± 0.0000  the same on each example, 25 % of its parameters",
            "main+temperature  +0.0200 ± 0.0040  better");
  }

  @Test
  void nothingIsSaidWithoutAnotherCell() {
    RunResult alone = new RunResult("run", 12, new CellResult("flexora", cell(3, 0.7)), Map.of());

    assertThat(new Headline(alone).lines(new Palette(false), Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void aChoiceWithoutASearchHasNoCost() {
    RunResult all = new RunResult("run", 12, new CellResult("all", cell(12, 0.7)), baselines(0.6));

    assertThat(new Headline(all).lines(new Palette(false), Integer.MAX_VALUE))
        .noneMatch(line -> line.contains("search"));
  }

  @Test
  void linesFitAnEightyColumnTerminal() {
    assertThat(lines(result(0.722), 80)).allMatch(line -> line.length() <= 80);
  }

  private static List<String> lines(double frozen) {
    return lines(result(frozen));
  }

  private static RunResult result(double frozen) {
    return new RunResult("run", 12, new CellResult("flexora", cell(3, 0.722)), baselines(frozen));
  }

  private static List<String> lines(RunResult result) {
    return lines(result, Integer.MAX_VALUE);
  }

  private static List<String> lines(RunResult result, int columns) {
    return new Headline(result)
        .lines(new Palette(false), columns).stream().map(line -> line.replace("+-", "±")).toList();
  }

  private static Map<String, CellResult> baselines(double frozen) {
    return new TreeMap<>(
        Map.of(
            "frozen", paired(cell(0, frozen), 0.011),
            "all", paired(cell(12, 0.734), 0.009),
            "random", paired(cell(3, 0.69), 0.01)));
  }

  private static CellResult paired(CellOutcome cell, double error) {
    return new CellResult("other", cell, OptionalDouble.of(error));
  }

  private static CellOutcome cell(int layers, double accuracy) {
    return cell(layers, accuracy, 0.01);
  }

  private static CellOutcome cell(int layers, double accuracy, double error) {
    return cell(layers, 1000L * layers, accuracy, error);
  }

  /** A cell of no layers whose head was trained. */
  private static CellOutcome head(double accuracy) {
    return cell(0, 500, accuracy, 0.01);
  }

  private static CellOutcome cell(int layers, long parameters, double accuracy, double error) {
    return CellOutcome.of(1)
        .selectedLayers(IntStream.range(0, layers).boxed().toList())
        .trainableParameters(parameters)
        .metrics(
            Map.of(
                "accuracy",
                new MetricValue(MetricDescription.fraction("accuracy"), accuracy, error)))
        .deciding(Optional.of("accuracy"))
        .seconds(
            layers == 3
                ? Map.of("search", 35.2, "train", 8.6)
                : Map.of("search", 0.01, "train", 9.0))
        .build();
  }
}
