package io.flexora.numerics.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoringBatchesTest {

  private static final Example EXAMPLE = new Example("row", "", List.of("a", "b"), 0);

  private static final List<Tokens> TEXTS =
      IntStream.of(3, 9, 4, 2, 5)
          .mapToObj(length -> new Tokens(EXAMPLE, new int[length], List.of(), 0))
          .toList();

  @Test
  void haveTheLongestFirstAndAtMostSoManyExamples() {
    assertThat(ScoringBatches.ofExamples(2).of(TEXTS))
        .containsExactly(List.of(1, 4), List.of(2, 0), List.of(3));
    assertThat(ScoringBatches.ofExamples(2).of(List.of())).isEmpty();
  }

  @Test
  void haveAtMostSoManyTokensWithPaddingAndALongerExampleByItself() {
    assertThat(ScoringBatches.ofTokens(8).of(TEXTS))
        .containsExactly(List.of(1), List.of(4), List.of(2, 0), List.of(3));
  }

  @Test
  void keepToBothLimits() {
    assertThat(new ScoringBatches(new BatchLimit(2, 27)).of(TEXTS))
        .containsExactly(List.of(1, 4), List.of(2, 0), List.of(3));
    assertThat(new ScoringBatches(new BatchLimit(3, 12)).of(TEXTS))
        .containsExactly(List.of(1), List.of(4, 2), List.of(0, 3));
  }

  @Test
  void countSharedTokensOnceForAnExampleAndOwnOnesForEachChoice() {
    Tokens question = new Tokens(EXAMPLE, new int[4], List.of(choice(1), choice(3)), 0);

    // Two questions of 4 shared tokens, and four choices that are padded to 3.
    assertThat(ScoringBatches.ofTokens(20).of(List.of(question, question))).hasSize(1);
    assertThat(ScoringBatches.ofTokens(19).of(List.of(question, question))).hasSize(2);
  }

  private static Continuation choice(int tokens) {
    return new Continuation(new int[tokens], new boolean[tokens]);
  }
}
