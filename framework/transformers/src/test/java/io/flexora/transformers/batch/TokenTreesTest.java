package io.flexora.transformers.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a token predicts depends on the tokens that it sees, in their order. The predictions of a
 * tree of tokens are those of each choice as a text of its own.
 */
class TokenTreesTest {

  private static final int VOCABULARY = 50;

  /** The score of a token behind others: any function of all that is seen. */
  private static double score(List<long[]> seen, long token) {
    double state = 1;
    for (long[] idAndPosition : seen) {
      state = Math.sin(3.7 * state + idAndPosition[0] + 0.31 * idAndPosition[1]);
    }
    return state * (token + 1);
  }

  private static Tokens tokens(SplittableRandom random, int shared, int choices) {
    List<Continuation> all = new ArrayList<>();
    for (int c = 0; c < choices; c++) {
      int length = random.nextInt(1, 5);
      boolean[] answer = new boolean[length];
      for (int i = 0; i < length; i++) {
        answer[i] = i == length - 1 || random.nextBoolean();
      }
      all.add(new Continuation(ids(random, length), answer));
    }
    List<String> names = IntStream.range(0, choices).mapToObj(c -> "choice " + c).toList();
    int label = random.nextInt(choices);
    return new Tokens(new Example("e", "p", names, label), ids(random, shared), all, 0);
  }

  private static int[] ids(SplittableRandom random, int length) {
    return random.ints(length, 0, VOCABULARY).toArray();
  }

  private static List<Tokens> examples(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, 6)
        .mapToObj(i -> tokens(random, random.nextInt(1, 7), random.nextInt(1, 5)))
        .toList();
  }

  /** The scores of all choices, each computed as one text. */
  private static double[][] apart(List<Tokens> examples) {
    return examples.stream()
        .map(
            example ->
                example.choices().stream().mapToDouble(choice -> apart(example, choice)).toArray())
        .toArray(double[][]::new);
  }

  private static double apart(Tokens example, Continuation choice) {
    List<long[]> seen = new ArrayList<>();
    double score = 0;
    int[] text =
        IntStream.concat(Arrays.stream(example.ids()), Arrays.stream(choice.ids())).toArray();
    for (int i = 0; i < text.length; i++) {
      int inChoice = i - example.ids().length;
      if (inChoice >= 0 && choice.answer()[inChoice]) {
        score += score(seen, text[i]);
      }
      seen.add(new long[] {text[i], i});
    }
    return score;
  }

  /** The same of the tree, through the arrays that a model gets. */
  private static double[] together(TokenTrees trees) {
    double[] scores = new double[trees.examples() * trees.mostChoices()];
    long[] rows = trees.rows();
    for (int label = 0; label < trees.labels(); label++) {
      int row = (int) rows[(int) trees.rowOfLabel()[label]];
      int choice = (int) trees.choices()[label];
      if (choice < scores.length) {
        scores[choice] += score(seen(trees, row), trees.tokens()[label]);
      }
    }
    return scores;
  }

  /** The tokens that a packed token sees: those before it and itself, shared or on its branch. */
  private static List<long[]> seen(TokenTrees trees, int row) {
    int slot = (int) trees.scatter()[row];
    int first = slot / trees.longest() * trees.longest();
    return IntStream.range(first, first + trees.longest())
        .filter(
            other ->
                trees.place()[other] <= trees.place()[slot]
                    && (trees.branch()[other] == -1
                        || trees.branch()[other] == trees.branch()[slot]))
        .boxed()
        .sorted((a, b) -> Long.compare(trees.place()[a], trees.place()[b]))
        .map(other -> (int) trees.gather()[other])
        .map(packed -> new long[] {trees.ids()[packed], trees.positions()[packed]})
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aTreeScoresItsChoicesAsTextsOfTheirOwn(long seed) {
    List<Tokens> examples = examples(seed);
    TokenTrees trees = TokenTrees.of(examples, true, false);
    double[][] expected = apart(examples);
    double[] found = together(trees);

    for (int e = 0; e < expected.length; e++) {
      for (int c = 0; c < trees.mostChoices(); c++) {
        double wanted = c < expected[e].length ? expected[e][c] : 0;
        assertThat(found[e * trees.mostChoices() + c])
            .as("choice %d of example %d", c, e)
            .isCloseTo(wanted, within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theRightChoiceAloneScoresTheSame(long seed) {
    List<Tokens> examples = examples(seed);
    TokenTrees trees = TokenTrees.of(examples, false, false);

    assertThat(trees.mostChoices()).isEqualTo(1);
    double[][] expected = apart(examples);
    for (int e = 0; e < expected.length; e++) {
      double wanted = expected[e][examples.get(e).example().label()];
      assertThat(together(trees)[e]).isCloseTo(wanted, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyTokenOfThePromptIsPredictedOnceWhereThatIsAskedFor(long seed) {
    List<Tokens> examples = examples(seed);
    TokenTrees trees = TokenTrees.of(examples, true, true);
    int choices = trees.examples() * trees.mostChoices();
    for (int e = 0; e < examples.size(); e++) {
      Tokens example = examples.get(e);
      Continuation right = example.choices().get(example.example().label());
      List<long[]> seen = new ArrayList<>();
      double expected = 0;
      for (int i = 0; i < example.ids().length; i++) {
        expected += i == 0 ? 0 : score(seen, example.ids()[i]);
        seen.add(new long[] {example.ids()[i], i});
      }
      for (int i = 0; i < right.ids().length; i++) {
        expected += right.answer()[i] ? 0 : score(seen, right.ids()[i]);
        seen.add(new long[] {right.ids()[i], example.ids().length + i});
      }
      double found = 0;
      for (int label = 0; label < trees.labels(); label++) {
        if (trees.choices()[label] == choices + e) {
          int row = (int) trees.rows()[(int) trees.rowOfLabel()[label]];
          found += score(seen(trees, row), trees.tokens()[label]);
        }
      }
      assertThat(found).as("example %d", e).isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void sharedTokensLieThereOnce() {
    Tokens two =
        new Tokens(
            new Example("e", "p", List.of("a", "b"), 1),
            new int[] {7, 8, 9},
            List.of(
                new Continuation(new int[] {1}, new boolean[] {true}),
                new Continuation(new int[] {2, 3}, new boolean[] {true, true})),
            0);
    TokenTrees trees = TokenTrees.of(List.of(two), true, false);

    assertThat(trees.ids()).containsExactly(7, 8, 9, 1, 2, 3);
    assertThat(trees.positions()).containsExactly(0, 1, 2, 3, 3, 4);
    assertThat(trees.branch()).containsExactly(-1, -1, -1, 0, 1, 1);
    assertThat(trees.rows()).containsExactly(2, 4);
    assertThat(trees.rowOfLabel()).containsExactly(0, 0, 1);
    assertThat(trees.tokens()).containsExactly(1, 2, 3);
    assertThat(trees.choices()).containsExactly(0, 1, 1);
    assertThat(trees.lengths()).containsExactly(1, 2);
    assertThat(trees.answers()).containsExactly(3, 4, 5);
    assertThat(trees.choiceMask()).containsExactly(0, 0);
    assertThat(trees.rightMask()).containsExactly(Float.NEGATIVE_INFINITY, 0);
    assertThat(trees.single()).containsExactly(0, 0, 0);
    assertThat(trees.before()).containsExactly(new long[] {0, 1, 2, 4});
    assertThat(TokenTrees.length(two, true)).isEqualTo(6);
    assertThat(TokenTrees.length(two, false)).isEqualTo(5);
    assertThat(TokenTrees.promptAndAnswer(two)).isEqualTo(4);
  }

  @Test
  void paddingIsSeenByNoToken() {
    List<Tokens> examples = examples(9);
    TokenTrees trees = TokenTrees.of(examples, true, false);
    long padded = Arrays.stream(trees.branch()).filter(b -> b == -2).count();

    assertThat(trees.sizes()).containsExactly(sizes(examples));
    assertThat(padded)
        .isEqualTo((long) examples.size() * trees.longest() - trees.all().length)
        .isPositive();
    for (int slot = 0; slot < trees.branch().length; slot++) {
      assertThat(trees.place()[slot] > 1_000_000).isEqualTo(trees.branch()[slot] == -2);
    }
  }

  private static int[] sizes(List<Tokens> examples) {
    return examples.stream().mapToInt(example -> example.computedTokens(true)).toArray();
  }

  @Test
  void chunksCoverAllRowsAndLabels() {
    TokenTrees trees = TokenTrees.of(examples(11), true, true);
    for (int most = 1; most <= trees.rows().length + 1; most++) {
      long[] chunks = trees.chunks(most);
      int rows = 0;
      int labels = 0;
      for (int i = 0; i < chunks.length; i += 2) {
        assertThat(chunks[i]).isBetween(1L, (long) most);
        rows += (int) chunks[i];
        labels += (int) chunks[i + 1];
      }
      assertThat(rows).isEqualTo(trees.rows().length);
      assertThat(labels).isEqualTo(trees.labels());
    }
  }

  @Test
  void anAnswerWithoutATokenInFrontIsRefused() {
    Tokens bare =
        new Tokens(
            new Example("q:4", "", List.of("a"), 0),
            new int[0],
            List.of(new Continuation(new int[] {1}, new boolean[] {true})),
            0);

    assertThatThrownBy(() -> TokenTrees.of(List.of(bare), true, false))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("example q:4")
        .hasMessageContaining("add_bos: yes");
  }
}
