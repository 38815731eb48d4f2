package io.flexora.report.html.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class SearchRemarksTest {

  private static final ScoreDescription ALPHA = ScoreDescription.of("alpha", "alpha");
  private static final Optional<SearchEnd> SETTLED =
      Optional.of(new SearchEnd(10, 40, "outer steps", "the choice has settled"));

  @Test
  void tellsWhenTheChosenSetLastChanged() {
    assertThat(remarks(step -> step <= 4 ? -0.1 : 0.2, Optional.empty()))
        .contains(
            "The set of layers above the threshold last changed at outer step 5 of 10: the choice"
                + " had converged.");
  }

  @Test
  void warnsOfAChoiceThatHadNotSettled() {
    assertThat(remarks(step -> step <= 9 ? -0.1 : 0.2, Optional.empty()))
        .contains(
            "The set of layers above the threshold last changed at outer step 10 of 10: the choice"
                + " had not converged; a longer search could choose other layers.");
  }

  @Test
  void aChoiceThatEndedTheSearchIsNotJudgedAgain() {
    assertThat(remarks(step -> step <= 9 ? -0.1 : 0.2, SETTLED))
        .startsWith(
            "The search ended after 10 of 40 outer steps: the choice has settled.",
            "The set of layers above the threshold last changed at outer step 10 of 10.");
  }

  @Test
  void saysThatAndWhyTheSearchEndedByItself() {
    assertThat(remarks(step -> step <= 4 ? -0.1 : 0.2, SETTLED))
        .first()
        .isEqualTo("The search ended after 10 of 40 outer steps: the choice has settled.");
  }

  @Test
  void namesTheLayerNextToTheThreshold() {
    assertThat(remarks(step -> 0.02, Optional.empty()))
        .contains("Closest to the threshold: layer 0 (chosen), by alpha 0.0200.");
  }

  @Test
  void findsTheThresholdFromTheChoice() {
    List<Double> alpha = List.of(0.3, -0.2, 0.1, -0.6);

    assertThat(Threshold.of(ALPHA, alpha, List.of(0, 2)).orElseThrow().value()).isZero();
    assertThat(Threshold.of(ALPHA, alpha, List.of(0)).orElseThrow().value()).isEqualTo(0.2);
    assertThat(Threshold.of(ALPHA, List.of(1.0, 2.0, 3.0), List.of(2)).orElseThrow())
        .isEqualTo(new Threshold(2.0, "the mean"));
    assertThat(
            Threshold.of(ALPHA.withNeutral(1, "as in plain LoRA"), List.of(1.2, 0.8), List.of(0))
                .orElseThrow()
                .value())
        .isOne();
  }

  @Test
  void saysWhereAThresholdIsThatOnlyTheChoiceTells() {
    assertThat(Threshold.of(ALPHA, List.of(5.0, 4.0, 1.0, 1.0), List.of(0)))
        .contains(
            new Threshold(
                4.5, "midway between the lowest score chosen and the highest of the others"));
  }

  @Test
  void anAxisOfSharesEndsAtOne() {
    Scale all = Scale.around(DoubleStream.of(1, 1, 1));
    assertThat(all.max()).isEqualTo(1);
    assertThat(all.min()).isLessThan(1);
    assertThat(Scale.around(DoubleStream.of(0, 0)).min()).isZero();
  }

  @Test
  void findsNoThresholdWhereTheChoiceIsNoCut() {
    assertThat(Threshold.of(ALPHA, List.of(0.3, 0.2, 0.1), List.of(1))).isEmpty();
    assertThat(Threshold.of(ALPHA, List.of(0.3, 0.2), List.of())).isEmpty();
    assertThat(Threshold.of(ALPHA, List.of(0.3, 0.2), List.of(0, 1))).isEmpty();
  }

  /** The alpha of layer 0 by step; that of layer 1 is always -0.3. */
  private interface Trajectory {
    double at(int step);
  }

  /** What was told of layers are means over modules. */
  @Test
  void aChoiceOfModulesIsNotJudgedByItsLayers() {
    List<ChosenModule> modules = List.of(ChosenModule.of(0, "query"));
    assertThat(remarks(step -> step <= 4 ? -0.1 : 0.2, Optional.empty(), modules)).isEmpty();
    assertThat(remarks(step -> step <= 4 ? -0.1 : 0.2, SETTLED, modules)).hasSize(1);
  }

  private static List<String> remarks(Trajectory first, Optional<SearchEnd> end) {
    return remarks(first, end, List.of());
  }

  private static List<String> remarks(
      Trajectory first, Optional<SearchEnd> end, List<ChosenModule> modules) {
    List<RunEvent> events = new ArrayList<>();
    for (int step = 1; step <= 10; step++) {
      Progress told = Progress.of(step, 10).with("alpha", List.of(first.at(step), -0.3));
      events.add(new RunEvent(Instant.EPOCH, "main", "search", step, new Event.StepDone(told)));
    }
    CellOutcome cell =
        CellOutcome.of(1)
            .selectedLayers(List.of(0))
            .selectedModules(modules)
            .scores(Map.of("alpha", List.of(first.at(10), -0.3)))
            .searchEnd(end)
            .trainableParameters(1)
            .build();
    RunResult result = new RunResult("run", 2, new CellResult("searched", cell), Map.of());
    RunRecord run =
        new RunRecord(Path.of("run"), "run", "", Optional.empty(), Optional.of(result), events);
    return SearchFigure.of(Evidence.read(run)).get(0).remarks();
  }
}
