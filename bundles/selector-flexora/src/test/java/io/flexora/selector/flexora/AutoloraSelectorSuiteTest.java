package io.flexora.selector.flexora;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.SelectorSuite;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** It gives each module a rank from 1 on, so that it takes all layers. */
class AutoloraSelectorSuiteTest extends SelectorSuite {

  private static final int PROBLEMS = 4;
  private static final int HIGHEST = 3;
  private static final int PARTS = 4;

  @Override
  protected String configuration() {
    return """
    use: autolora
    outer_steps: 12
    alpha_learning_rate: 0.05
    solver:
      use: unrolled
      inner_steps: 2
      inner: {optimiser: {use: sgd, weight_decay: 0.5}, learning_rate: 0.05}
    """;
  }

  /** Three of four parts are surplus in a module of rank 1, two in one of 2, one in one of 3. */
  @Test
  void givesEachModuleTheRankThatWasPlanted() {
    List<List<Integer>> found = ranks(0.5);

    assertThat(found).allSatisfy(ranks -> assertThat(ranks).isSorted());
    assertThat(asPlanted(found)).isGreaterThan(PROBLEMS * HIGHEST - 2);
  }

  /** Then theta makes up for any gate: a part with c w and b / c computes the same. */
  @Test
  void withoutWeightDecayRanksAreNotThosePlanted() {
    assertThat(asPlanted(ranks(0))).isLessThan(PROBLEMS * 2);
  }

  /** The ranks that it finds in each problem: those of the teachers of rank 1, 2 and 3. */
  private List<List<Integer>> ranks(double weightDecay) {
    return LongStream.range(0, PROBLEMS)
        .mapToObj(
            seed -> {
              PlantedRanks problem = new PlantedRanks(seed);
              try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
                Selection found =
                    searching(60, weightDecay, 1).select(new Planted(manager, problem));
                return IntStream.rangeClosed(1, HIGHEST)
                    .map(rank -> problem.ranks().indexOf(rank))
                    .mapToObj(module -> found.modules().get(module).rank().orElseThrow())
                    .toList();
              }
            })
        .toList();
  }

  private Selector searching(int steps, double weightDecay, double threshold) {
    String yaml =
        """
        use: autolora
        outer_steps: %d
        alpha_learning_rate: 0.05
        threshold: %s
        solver:
          use: unrolled
          inner_steps: 2
          products: finite-differences
          inner: {optimiser: {use: sgd, weight_decay: %s}, learning_rate: 0.3}
        """
            .formatted(steps, threshold, weightDecay);
    return extension(Selector.class, yaml, host().services(SEED));
  }

  private static long asPlanted(List<List<Integer>> ranks) {
    return ranks.stream()
        .mapToLong(
            found -> IntStream.rangeClosed(1, HIGHEST).filter(r -> found.get(r - 1) == r).count())
        .sum();
  }

  /** A threshold of 1 never keeps all parts of a module once their gates differ. */
  @Test
  void theRanksThatAStepTellsAreThoseThatItWouldGive() {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      Planted context = new Planted(manager, new PlantedRanks(0));

      Selection found = searching(15, 0.5, 0.3).select(context);

      RecordingMonitor monitor = (RecordingMonitor) context.monitor();
      assertThat(found.scores().get("rank")).contains(4.0);
      assertThat(monitor.repeatable().get(14).figures().get("ranks").numbers())
          .isEqualTo(found.scores().get("rank"));
    }
  }

  @Test
  void endsWhenTheRanksHaveSettledThoughThePartsHaveNot() {
    String yaml =
        """
        use: autolora
        outer_steps: 40
        alpha_optimiser: sgd
        early_stopping_patience: 8
        solver:
          use: first-order
          inner: {optimiser: sgd, learning_rate: 0.05}
        """;
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      PartsInTurn problem = new PartsInTurn(new PlantedRanks(0));

      Selection found =
          extension(Selector.class, yaml, host().services(SEED))
              .select(new Planted(manager, HIGHEST, problem));

      assertThat(found.end().orElseThrow().steps()).isEqualTo(8);
      assertThat(found.scores().get("rank")).containsOnly(1.0);
    }
  }

  /** The first two parts of each module are the largest in turn. */
  private static final class PartsInTurn extends ForwardingProblem {

    PartsInTurn(BilevelProblem problem) {
      super(problem);
    }

    @Override
    public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
      LossGradient found = super.validation(scope, outerStep, theta, alpha);
      double size = outerStep == 0 ? 1 : 2;
      double slope = outerStep % 2 == 0 ? size : -size;
      double[] inAlpha = new double[gates()];
      for (int first = 0; first < inAlpha.length; first += PARTS) {
        inAlpha[first] = slope;
        inAlpha[first + 1] = -slope;
      }
      return new LossGradient(
          found.loss(), found.terms(), found.theta(), Optional.of(NativeArrays.of(scope, inAlpha)));
    }
  }

  /** Three layers of a module with an adapter of rank 4 each. */
  private static final class Planted extends ForwardingContext {

    private final BilevelProblem problem;

    Planted(NDManager manager, PlantedRanks problem) {
      this(manager, problem.ranks().size(), problem);
    }

    Planted(NDManager manager, int layers, BilevelProblem problem) {
      super(SelectionOnProblem.of(manager, layers, List.of(0)));
      this.problem = problem;
    }

    @Override
    public BilevelProblem problem(ProblemOptions options, GateIndex.Layout layout) {
      assertThat(gates(layout, "the test").size()).isEqualTo(problem.gates());
      return problem;
    }
  }
}
