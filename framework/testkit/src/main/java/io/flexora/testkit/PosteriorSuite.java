package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.model.LowRankClassifier;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Checks a posterior on a classifier of three classes with LoRA's product B A, trained with dropout
 * on 60 examples, with 40 for validation.
 *
 * @since 0.1
 */
public abstract class PosteriorSuite extends ExtensionSuite<Posterior> {

  private final List<Tokens> test = LowRankClassifier.examples("test-", 20, 5);

  /** For subclasses. */
  protected PosteriorSuite() {
    super(Posterior.class);
  }

  @Test
  void fitsTheSetting() {
    assertThat(
            Compatibility.of(extension()::checkCompatibility, PosteriorOnModel.setting()).first())
        .as("what is in the way of %s; configure it for a small classifier", name())
        .isEmpty();
  }

  @Test
  void statesWhatItTakes() {
    assertThat(extension().cost(PosteriorOnModel.setting()).equivalentForwardPasses())
        .as("forward passes that %s states: at least one for each test example", name())
        .isGreaterThanOrEqualTo(PosteriorOnModel.setting().test());
  }

  @Test
  void scoresEachChoiceOfEachExample() {
    assertThat(scores(SEED, test, test.size()))
        .as("scores of %s", name())
        .hasSize(test.size())
        .allSatisfy(scores -> assertThat(scores).hasSize(3))
        .noneMatch(scores -> Arrays.stream(scores).anyMatch(Double::isNaN));
  }

  @Test
  void scoresTheClassesOfAHeadByLogProbabilities() {
    assertThat(scores(SEED, test, test.size()))
        .as("scores of %s, whose exponentials sum to one over the classes", name())
        .allSatisfy(
            scores ->
                assertThat(Arrays.stream(scores).map(Math::exp).sum()).isEqualTo(1, within(1e-9)));
  }

  @Test
  void predictsTheSameAgain() {
    assertThat(scores(SEED, test, test.size()))
        .as("scores of %s, fitted again with the same seed; draw from Seeds alone", name())
        .usingRecursiveComparison()
        .isEqualTo(scores(SEED, test, test.size()));
  }

  @Test
  void keepsNothingFromOneCallToTheNext() {
    Posterior posterior = extension();
    List<double[]> first = scoresAfter(posterior, LowRankClassifier.trained(1));
    scoresAfter(posterior, LowRankClassifier.trained(2));
    assertThat(scoresAfter(posterior, LowRankClassifier.trained(1)))
        .as(
            "scores of %s, fitted again after another training; one object serves all cells of a"
                + " run, so keep nothing of a call in its fields",
            name())
        .usingRecursiveComparison()
        .isEqualTo(first);
  }

  private List<double[]> scoresAfter(Posterior posterior, double[] trained) {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      PosteriorOnModel context =
          PosteriorOnModel.of(root, own, SEED).with(NativeArrays.of(root, trained));
      return scores(context, posterior.fit(context), test, test.size());
    }
  }

  @Test
  void doesNotDependOnTheBatches() {
    List<double[]> together = scores(SEED, test, test.size());
    List<double[]> alone = scores(SEED, test, 1);
    List<Tokens> shuffled = new ArrayList<>(test);
    Collections.shuffle(shuffled, new Random(3));
    List<double[]> otherwise = scores(SEED, shuffled, 7);
    for (int i = 0; i < test.size(); i++) {
      assertThat(alone.get(i))
          .as("scores by %s of example %d alone, and in a batch of all", name(), i)
          .containsExactly(together.get(i), within(1e-9));
      assertThat(otherwise.get(shuffled.indexOf(test.get(i))))
          .as("scores by %s of example %d in another order", name(), i)
          .containsExactly(together.get(i), within(1e-9));
    }
  }

  @Test
  void leavesTheTrainedParametersAsTheyAre() {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      PosteriorOnModel context = PosteriorOnModel.of(root, own, SEED);
      Predictive fitted = extension().fit(context);
      scores(context, fitted, test, test.size());
      assertThat(context.theta().toDoubleArray())
          .as("the trained parameters after %s was fitted", name())
          .isEqualTo(LowRankClassifier.trained(1));
    }
  }

  @Test
  void freesWhatScoringNeeds() {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      PosteriorOnModel context = PosteriorOnModel.of(root, own, SEED);
      Predictive fitted = extension().fit(context);
      LiveArrays alive = LiveArrays.of(root);
      scores(context, fitted, test, test.size());
      int before = alive.count();
      scores(context, fitted, test, 3);
      assertThat(alive.count())
          .as("arrays that live after %s has scored again", name())
          .isEqualTo(before);
    }
  }

  @Test
  void namesItsFiguresInSnakeCase() {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      assertThat(extension().fit(PosteriorOnModel.of(root, own, SEED)).figures().keySet())
          .as("names of the figures of %s", name())
          .allMatch(figure -> figure.matches("[a-z][a-z0-9_]*"));
    }
  }

  private List<double[]> scores(long seed, List<Tokens> examples, int batchSize) {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      PosteriorOnModel context = PosteriorOnModel.of(root, own, seed);
      return scores(context, extension(seed).fit(context), examples, batchSize);
    }
  }

  private static List<double[]> scores(
      PosteriorOnModel context, Predictive fitted, List<Tokens> examples, int batchSize) {
    AdaptedModel model = context.model();
    return ExampleScores.of(
        context.manager(), model, examples, ScoringBatches.ofExamples(batchSize), fitted::scores);
  }
}
