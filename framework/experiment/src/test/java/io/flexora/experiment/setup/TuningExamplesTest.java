package io.flexora.experiment.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TuningExamplesTest {

  private static final Map<Split, List<Row>> ROWS =
      Map.of(
          Split.TRAIN, rows("train", 30),
          Split.VALIDATION, rows("validation", 25),
          Split.TEST, rows("test", 10));

  private static List<Row> rows(String split, int count) {
    return IntStream.range(0, count).mapToObj(i -> new Row(split + ":" + i, Map.of())).toList();
  }

  @Test
  void theyAreAPartOfTheValidationSplitThatNobodyElseSees() {
    Map<Split, List<Row>> tested = new TuningExamples(0.4, false, 7).apart(ROWS);
    Map<Split, List<Row>> trial = new TuningExamples(0.4, true, 7).apart(ROWS);
    assertThat(trial.get(Split.VALIDATION))
        .as("what a trial is stopped by is what stops the cell that is tested")
        .isEqualTo(tested.get(Split.VALIDATION))
        .hasSize(15);
    assertThat(trial.get(Split.TRAIN)).isEqualTo(tested.get(Split.TRAIN)).hasSize(30);
    assertThat(tested.get(Split.TEST)).isEqualTo(ROWS.get(Split.TEST));
    assertThat(trial.get(Split.TEST)).hasSize(10);
    List<Row> both = new ArrayList<>(trial.get(Split.VALIDATION));
    both.addAll(trial.get(Split.TEST));
    assertThat(both).containsExactlyInAnyOrderElementsOf(ROWS.get(Split.VALIDATION));
  }

  @Test
  void theSeedOfTheDataDrawsThemAllEquallyLikely() {
    assertThat(new TuningExamples(0.4, true, 7).apart(ROWS))
        .isEqualTo(new TuningExamples(0.4, true, 7).apart(ROWS));
    int[] drawn = new int[25];
    int seeds = 2000;
    Set<List<Row>> different = new HashSet<>();
    for (int seed = 0; seed < seeds; seed++) {
      List<Row> aside = new TuningExamples(0.4, true, seed).apart(ROWS).get(Split.TEST);
      different.add(aside);
      aside.forEach(row -> drawn[Integer.parseInt(row.origin().split(":", -1)[1])]++);
    }
    assertThat(different).hasSizeGreaterThan(seeds / 2);
    // Each of 25 is among 10 with the probability 0.4.
    double deviation = Math.sqrt(0.4 * 0.6 / seeds);
    for (int count : drawn) {
      assertThat(count / (double) seeds).isBetween(0.4 - 5 * deviation, 0.4 + 5 * deviation);
    }
  }

  @Test
  void groupsStayWhole() {
    // Ten groups of four, and five rows that stand alone.
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      Row row = new Row("validation:" + i, Map.of());
      rows.add(i < 40 ? row.withGroup("article " + i % 10) : row);
    }
    int most = 0;
    for (int seed = 0; seed < 50; seed++) {
      Map<Split, List<Row>> seen =
          new TuningExamples(0.4, true, seed).apart(Map.of(Split.VALIDATION, rows));
      Set<Optional<String>> judging =
          seen.get(Split.TEST).stream().map(Row::group).collect(Collectors.toSet());
      judging.remove(Optional.empty());
      assertThat(seen.get(Split.VALIDATION))
          .as("seed %d", seed)
          .allSatisfy(row -> assertThat(judging).doesNotContain(row.group()));
      assertThat(seen.get(Split.TEST)).hasSizeBetween(15, 18);
      most = Math.max(most, seen.get(Split.TEST).size());
    }
    assertThat(most).as("where the groups that are drawn fit").isEqualTo(18);
  }

  @Test
  void aDatasetOfWhichAnotherSplitIsReadStaysAsItIs() {
    Map<Split, List<Row>> test = Map.of(Split.TEST, ROWS.get(Split.TEST));
    assertThat(new TuningExamples(0.4, false, 7).apart(test)).isEqualTo(test);
  }
}
