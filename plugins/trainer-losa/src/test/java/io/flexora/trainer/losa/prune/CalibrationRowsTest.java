package io.flexora.trainer.losa.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationRowsTest {

  /** Tokens 10 i and 10 i + 1, with the answer 10 i + 2, and a wrong one. */
  private static Tokens example(int number) {
    int first = 10 * number;
    Continuation wrong = new Continuation(new int[] {first + 9}, new boolean[] {true});
    Continuation right = new Continuation(new int[] {first + 2}, new boolean[] {true});
    Example example = new Example("e" + number, "", List.of("a", "b"), 1);
    return new Tokens(example, new int[] {first, first + 1}, List.of(wrong, right), 0);
  }

  private static List<Tokens> rows(int examples, int rows, int tokens, long seed) {
    PruningOptions options =
        new PruningOptions(
            PruningOptions.Criterion.WANDA,
            0.5,
            PruningOptions.RankedGroup.ROW,
            Optional.empty(),
            List.of(),
            rows,
            tokens,
            2);
    List<Tokens> training =
        IntStream.range(0, examples).mapToObj(CalibrationRowsTest::example).toList();
    return CalibrationRows.rows(training, options, 64, new Seeds(seed));
  }

  private static List<Integer> ids(List<Tokens> rows) {
    return rows.stream()
        .flatMapToInt(
            row ->
                IntStream.concat(IntStream.of(row.ids()), IntStream.of(row.choices().get(0).ids())))
        .boxed()
        .toList();
  }

  @Test
  void joinsExamplesWithTheirRightAnswers() {
    List<Tokens> rows = rows(4, 2, 6, 1);
    assertThat(rows).hasSize(2).allMatch(row -> row.length() == 6);
    List<Integer> ids = ids(rows);
    assertThat(ids).doesNotHaveDuplicates();
    for (int i = 0; i < ids.size(); i += 3) {
      int first = ids.get(i);
      assertThat(first % 10).isZero();
      assertThat(ids.subList(i, i + 3)).containsExactly(first, first + 1, first + 2);
    }
  }

  @Test
  void takesThemInAnOrderOfTheSeed() {
    assertThat(ids(rows(20, 2, 6, 1))).isEqualTo(ids(rows(20, 2, 6, 1)));
    assertThat(ids(rows(20, 2, 6, 1))).isNotEqualTo(ids(rows(20, 2, 6, 2)));
  }

  @Test
  void makesFewerRowsOfFewExamplesAndRefusesNone() {
    assertThat(rows(5, 64, 7, 1)).hasSize(2);
    assertThatThrownBy(() -> rows(2, 64, 7, 1))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "the training examples have 6 tokens together, which is less than one calibration row;"
                + " lower calibration_tokens (7)");
  }
}
