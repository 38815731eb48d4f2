package io.flexora.comparison.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.comparison.claim.ClaimFinding.State;
import io.flexora.comparison.judge.JudgeOptions;
import io.flexora.comparison.judge.ResultJudge;
import io.flexora.results.comparison.ComparisonResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claims about values with a planted difference, over five seeds and 200 examples. */
class ClaimFindingTest {

  private static final double MARGIN = 0.05;

  @TempDir private Path folder;

  private static Claim claim(Claim.Test test, double alpha) {
    return new Claim(
        "One is as good as the other.",
        "Nobody",
        Optional.empty(),
        "2026-12-02",
        "compare.yaml",
        List.of(),
        "mine",
        List.of("other"),
        test,
        test == Claim.Test.BETTER ? Optional.empty() : Optional.of(MARGIN),
        alpha);
  }

  private ComparisonResult values(double difference, double noise, boolean losses)
      throws IOException {
    Random random = new Random(7);
    StringBuilder rows = new StringBuilder("strategy,seed,example,value\n");
    for (int seed = 1; seed <= 5; seed++) {
      for (int example = 0; example < 200; example++) {
        double value = random.nextDouble();
        double mine = value + difference + noise * random.nextGaussian();
        rows.append(String.format(Locale.ROOT, "other,%d,e%d,%.9f%n", seed, example, value));
        rows.append(String.format(Locale.ROOT, "mine,%d,e%d,%.9f%n", seed, example, mine));
      }
    }
    Path file = Files.writeString(folder.resolve("values.csv"), rows);
    JudgeOptions options =
        new JudgeOptions(
            "judgement",
            Optional.of("other"),
            OptionalDouble.of(MARGIN),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            losses,
            OptionalLong.empty());
    return ResultJudge.of(List.of(file.toString()), options).result();
  }

  /** The noise is small, but for the rows in which nothing can be told. */
  @ParameterizedTest
  @CsvSource({
    "BETTER, 0.03, 0.01, SUPPORTED",
    "BETTER, -0.03, 0.01, REFUTED",
    "BETTER, 0, 2, NOT_DECIDED",
    "NOT_WORSE, 0.2, 0.01, SUPPORTED",
    "NOT_WORSE, -0.03, 0.01, SUPPORTED",
    "NOT_WORSE, -0.08, 0.01, REFUTED",
    "NOT_WORSE, 0, 2, NOT_DECIDED",
    "EQUIVALENT, -0.03, 0.01, SUPPORTED",
    "EQUIVALENT, 0.08, 0.01, REFUTED",
    "EQUIVALENT, -0.08, 0.01, REFUTED",
    "EQUIVALENT, 0, 2, NOT_DECIDED",
  })
  void aClaimIsDecidedByTheTestsOfTheComparison(
      Claim.Test test, double difference, double noise, State expected) throws IOException {
    Claim claim = claim(test, 0.05);

    List<ClaimFinding> found =
        ClaimFinding.of(claim, "other", values(difference, noise, false), true);
    assertThat(found).extracting(ClaimFinding::state).containsExactly(expected);
    assertThat(found.get(0).seeds()).isEqualTo(5);
    assertThat(found.get(0).interval()).isPresent();

    List<ClaimFinding> losses =
        ClaimFinding.of(claim, "other", values(-difference, noise, true), true);
    assertThat(losses).extracting(ClaimFinding::state).containsExactly(expected);
  }

  /** A difference of which the p-value lies between the two levels. */
  @Test
  void aStricterLevelAsksForASmallerPValue() throws IOException {
    ComparisonResult values = values(0.03, 0.01, false);
    double p =
        ClaimFinding.of(claim(Claim.Test.BETTER, 0.05), "other", values, true)
            .get(0)
            .pValue()
            .getAsDouble();
    assertThat(p).isBetween(0.0, 0.05);
    assertThat(
            ClaimFinding.of(claim(Claim.Test.BETTER, p / 2), "other", values, true).get(0).state())
        .isEqualTo(State.NOT_DECIDED);
  }

  @Test
  void missingCellsDecideNothing() throws IOException {
    assertThat(
            ClaimFinding.of(
                claim(Claim.Test.BETTER, 0.05), "other", values(0.03, 0.01, false), false))
        .extracting(ClaimFinding::state)
        .containsExactly(State.NOT_RUN);
  }

  @Test
  void aClaimHoldsIfItHoldsEverywhere() {
    assertThat(State.together(List.of())).isEqualTo(State.NOT_RUN);
    assertThat(State.together(List.of(State.SUPPORTED, State.SUPPORTED)))
        .isEqualTo(State.SUPPORTED);
    assertThat(State.together(List.of(State.SUPPORTED, State.NOT_DECIDED)))
        .isEqualTo(State.NOT_DECIDED);
    assertThat(State.together(List.of(State.NOT_DECIDED, State.REFUTED))).isEqualTo(State.REFUTED);
    assertThat(State.together(List.of(State.REFUTED, State.NOT_RUN))).isEqualTo(State.NOT_RUN);
  }

  @Test
  void theMarginBelongsToTheTest() {
    Claim better = claim(Claim.Test.BETTER, 0.05);
    assertThat(better.assignments("other")).containsExactly("baseline=other");
    assertThat(claim(Claim.Test.NOT_WORSE, 0.05).assignments("other"))
        .containsExactly("baseline=other", "equivalence={margin: 0.05, against: other}");
    assertThatThrownBy(() -> with(Claim.Test.BETTER, Optional.of(0.1), "other"))
        .hasMessageContaining("leave it out");
    assertThatThrownBy(() -> with(Claim.Test.EQUIVALENT, Optional.empty(), "other"))
        .hasMessageContaining("difference that does not matter");
    assertThatThrownBy(() -> with(Claim.Test.BETTER, Optional.empty(), "mine"))
        .hasMessageContaining("names no other row than 'mine'");
  }

  private static Claim with(Claim.Test test, Optional<Double> margin, String against) {
    return new Claim(
        "", "", Optional.empty(), "", "", List.of(), "mine", List.of(against), test, margin, 0.05);
  }
}
