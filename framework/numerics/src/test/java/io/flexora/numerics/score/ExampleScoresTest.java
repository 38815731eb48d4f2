package io.flexora.numerics.score;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples are scored by their lengths, but their scores come in the order of the examples. */
class ExampleScoresTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final List<List<Integer>> batches = new ArrayList<>();
  private final List<Tokens> examples = examples();

  @AfterEach
  void close() {
    manager.close();
  }

  private static List<Tokens> examples() {
    SplittableRandom random = new SplittableRandom(8);
    return IntStream.range(0, 23)
        .mapToObj(
            i ->
                new Tokens(
                    new Example("e" + i, "", List.of("a", "b"), 0),
                    random.ints(1 + random.nextInt(9), 0, 100).toArray(),
                    List.of(),
                    0))
        .toList();
  }

  private record Together(List<Tokens> examples) implements Batch {

    @Override
    public int size() {
      return examples.size();
    }

    @Override
    public long terms() {
      return size();
    }

    @Override
    public long paddedTokens() {
      return (long) size() * examples.stream().mapToInt(Tokens::length).max().orElseThrow();
    }
  }

  /** The scores of an example tell its tokens, and the parameters. */
  private static double[] expected(Tokens tokens, double theta) {
    return new double[] {IntStream.of(tokens.ids()).sum(), theta * tokens.length()};
  }

  private AdaptedModel model() {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "batch" -> batch(arguments[1]);
              case "scores" -> scores((Together) arguments[1], (Point) arguments[2]);
              default -> InvocationHandler.invokeDefault(proxy, method, arguments);
            };
    return (AdaptedModel)
        Proxy.newProxyInstance(
            AdaptedModel.class.getClassLoader(), new Class<?>[] {AdaptedModel.class}, answers);
  }

  private Together batch(Object chosen) {
    List<Tokens> some = ((List<?>) chosen).stream().map(Tokens.class::cast).toList();
    batches.add(some.stream().map(examples::indexOf).toList());
    return new Together(some);
  }

  private static double[][] scores(Together batch, Point point) {
    double theta = point.theta().toDoubleArray()[0];
    return batch.examples().stream().map(e -> expected(e, theta)).toArray(double[][]::new);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 23, 100})
  void scoresAreInTheOrderOfTheExamples(int most) {
    Point point = Point.of(NativeArrays.of(manager, new double[] {0.5}));

    List<double[]> found =
        ExampleScores.at(manager, model(), examples, ScoringBatches.ofExamples(most), point);

    for (int i = 0; i < examples.size(); i++) {
      assertThat(found.get(i)).as("example %d", i).containsExactly(expected(examples.get(i), 0.5));
    }
    assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(most));
    assertThat(batches.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, examples.size()).boxed().toList());
  }

  @Test
  void theLongestComeFirstAndNoBatchIsLargerThanItsTokens() {
    Point point = Point.of(NativeArrays.of(manager, new double[] {2}));
    ExampleScores.at(manager, model(), examples, ScoringBatches.ofTokens(18), point);

    int longest = examples.stream().mapToInt(Tokens::length).max().orElseThrow();
    assertThat(examples.get(batches.get(0).get(0)).length()).isEqualTo(longest);
    int last = longest;
    for (List<Integer> batch : batches) {
      int length = batch.stream().mapToInt(i -> examples.get(i).length()).max().orElseThrow();
      assertThat(length).isLessThanOrEqualTo(last);
      assertThat(batch.size() * length).isLessThanOrEqualTo(18);
      last = length;
    }
  }

  @Test
  void aListenerHearsOfEachBatchWithItsPlaces() {
    Point point = Point.of(NativeArrays.of(manager, new double[] {2}));
    List<Integer> heard = new ArrayList<>();
    ExampleScores.at(
        manager,
        model(),
        examples,
        ScoringBatches.ofExamples(5),
        point,
        (indices, scores) -> {
          assertThat(scores).hasNumberOfRows(indices.size());
          for (int i = 0; i < scores.length; i++) {
            assertThat(scores[i]).containsExactly(expected(examples.get(indices.get(i)), 2));
          }
          heard.addAll(indices);
        });

    assertThat(heard).hasSize(examples.size()).doesNotHaveDuplicates();
  }

  @Test
  void scoresOfAnotherKindAreInTheOrderOfTheExamplesToo() {
    List<double[]> found =
        ExampleScores.of(
            manager,
            model(),
            examples,
            ScoringBatches.ofExamples(3),
            (scope, tokens, batch) -> {
              assertThat(((Together) batch).examples()).isEqualTo(tokens);
              return tokens.stream().map(e -> expected(e, 7)).toArray(double[][]::new);
            });

    for (int i = 0; i < examples.size(); i++) {
      assertThat(found.get(i)).containsExactly(expected(examples.get(i), 7));
    }
  }
}
