package io.flexora.numerics.bilevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchedLoss;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelBilevelProblemTest {

  private static final List<Tokens> TRAINING = examples(11, 1);
  private static final List<Tokens> VALIDATION = examples(5, 2);

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final TableModel model = new TableModel();
  private final NDArray theta = manager.create(new double[] {0.3, -0.7, 1.1, 0.4});
  private final NDArray alpha = manager.create(new double[] {0.2, -0.5});
  private final NDArray none = manager.zeros(new Shape(2), DataType.FLOAT64);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void batchesOfAnySizesAreOneBigBatch() {
    BatchedLoss loss = new BatchedLoss(model, TRAINING);
    Point point = Point.of(theta, alpha);
    List<int[]> one = List.of(IntStream.range(0, 11).toArray());
    List<int[]> parts =
        List.of(new int[] {3, 0, 7, 9}, new int[] {1, 2, 10, 4}, new int[] {5, 8, 6});

    LossGradient expected = loss.lossGradient(manager, one, i -> point).value();
    LossGradient actual = loss.lossGradient(manager, parts, i -> point).value();

    assertThat(actual.terms()).isEqualTo(expected.terms());
    assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-14));
    assertClose(actual.theta(), expected.theta());
    assertClose(actual.alpha().orElseThrow(), expected.alpha().orElseThrow());
    assertThat(loss.loss(manager, parts, point)).isCloseTo(expected.loss(), within(1e-14));

    Direction u = new Direction(manager.create(new double[] {1, -2, 0.5, 3}), none);
    Direction product = loss.hessianProduct(manager, one, i -> point, u);
    Direction sum = loss.hessianProduct(manager, parts, i -> point, u);
    assertClose(sum.theta(), product.theta());
    assertClose(sum.alpha(), product.alpha());
  }

  @Test
  void aStepIsTheSameWheneverItIsComputed() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 2, 2, 1));
    LossGradient first = problem.training(manager, 7, theta, alpha);
    problem.training(manager, 0, theta, alpha);
    problem.validation(manager, 3, theta, alpha);
    LossGradient again = problem.training(manager, 7, theta, alpha);

    assertThat(again.loss()).isEqualTo(first.loss());
    assertThat(again.theta().toDoubleArray()).isEqualTo(first.theta().toDoubleArray());
    assertThat(problem.training(manager, 8, theta, alpha).loss()).isNotEqualTo(first.loss());
  }

  @Test
  void dropoutDiffersByStepAndBatchAndIsAbsentInValidation() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 2, 2, 2));
    problem.training(manager, 0, theta, alpha);
    problem.training(manager, 1, theta, alpha);
    problem.validation(manager, 0, theta, alpha);
    assertThat(model.dropoutSeeds).hasSize(4).doesNotHaveDuplicates();

    List<Long> before = List.copyOf(model.dropoutSeeds);
    problem.training(manager, 0, theta, alpha);
    assertThat(model.dropoutSeeds.subList(4, 6)).isEqualTo(before.subList(0, 2));
  }

  @Test
  void theEvaluationOfAStepHasItsTrainingExamplesWithoutDropout() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 3, 2, 1));
    LossGradient found = problem.trainingEvaluation(manager, 4, theta, alpha);
    assertThat(model.dropoutSeeds).isEmpty();
    assertThat(found.terms()).isEqualTo(problem.training(manager, 4, theta, alpha).terms());

    LossGradient all =
        problem(new ProblemOptions(11, 1, 2, 1)).trainingEvaluation(manager, 0, theta, alpha);
    LossGradient expected =
        new BatchedLoss(model, TRAINING)
            .lossGradient(
                manager, List.of(IntStream.range(0, 11).toArray()), i -> Point.of(theta, alpha))
            .value();
    assertThat(all.loss()).isCloseTo(expected.loss(), within(1e-14));
    assertClose(all.theta(), expected.theta());
  }

  @Test
  void theActivityOfAStepIsThatOfItsTrainingExamples() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 3, 2, 1));
    LayerActivity all = activity(problem(new ProblemOptions(11, 1, 2, 1)), 0);
    int[] counts = new int[TableModel.IDS];
    TRAINING.forEach(e -> Arrays.stream(e.ids()).forEach(id -> counts[id]++));
    double[] values = theta.toDoubleArray();

    assertThat(all.tokens()).isEqualTo(Arrays.stream(counts).sum());
    for (int layer = 0; layer < 2; layer++) {
      double squares = 0;
      long tokens = 0;
      for (int id = layer; id < TableModel.IDS; id += 2) {
        squares += counts[id] * values[id] * values[id];
        tokens += counts[id];
      }
      assertThat(all.adapterSquares().get(layer).get(0)).isCloseTo(squares, within(1e-12));
      assertThat(all.frozenSquares().get(layer)).containsExactly(4.0 * tokens);
      assertThat(all.angles().get(layer)).isEqualTo(0.25 * tokens);
    }
    assertThat(activity(problem, 5)).isEqualTo(activity(problem, 5));
    assertThat(activity(problem, 5).tokens())
        .isEqualTo(problem.training(manager, 5, theta, alpha).terms());
  }

  private LayerActivity activity(ModelBilevelProblem problem, long step) {
    return problem
        .require(LayerActivity.StepMeter.class, "the test")
        .activity(manager, step, theta);
  }

  @Test
  void validationStepsOfOnePassCoverEveryExample() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 1, 2, 1));
    double sum = 0;
    long terms = 0;
    for (int step = 0; step < 3; step++) {
      LossGradient part = problem.validation(manager, step, theta, alpha);
      sum += part.loss() * part.terms();
      terms += part.terms();
    }
    LossGradient whole =
        problem(new ProblemOptions(2, 1, 5, 1)).validation(manager, 0, theta, alpha);

    assertThat(terms).isEqualTo(whole.terms());
    assertThat(sum / terms).isCloseTo(whole.loss(), within(1e-14));
    for (int step = 0; step < 3; step++) {
      assertThat(problem.validationLoss(manager, step, theta, alpha))
          .isCloseTo(problem.validation(manager, step, theta, alpha).loss(), within(1e-14));
    }
  }

  @Test
  void productsAgreeWithDifferencesOfTheSameStepsGradients() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 3, 2, 1));
    FiniteDifferences differences = new FiniteDifferences(problem, Optional.empty());
    for (int step = 0; step < 4; step++) {
      Direction u = new Direction(manager.create(new double[] {1, -2, 0.5, 3}), none);
      Direction exact = problem.trainingProduct(manager, step, theta, alpha, u);
      Direction estimate = differences.trainingProduct(manager, step, theta, alpha, u);

      assertThat(estimate.theta().toDoubleArray())
          .containsExactly(exact.theta().toDoubleArray(), within(1e-9));
      assertThat(estimate.alpha().toDoubleArray())
          .containsExactly(exact.alpha().toDoubleArray(), within(1e-9));
    }
  }

  @Test
  void theProductWithNothingIsNothing() {
    Direction zero = new Direction(theta.zerosLike(), none);
    Direction product =
        new FiniteDifferences(problem(new ProblemOptions(2, 1, 2, 1)), Optional.empty())
            .trainingProduct(manager, 0, theta, alpha, zero);

    assertThat(product.theta().toDoubleArray()).containsOnly(0);
    assertThat(product.alpha().toDoubleArray()).containsOnly(0);
  }

  @Test
  void leavesNothingButItsResults() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 2, 2, 2));
    Direction u = new Direction(theta.onesLike(), none);
    int before = manager.getManagedArrays().size();
    try (NDManager scope = manager.newSubManager()) {
      problem.training(scope, 0, theta, alpha);
      problem.validation(scope, 0, theta, alpha);
      problem.trainingProduct(scope, 0, theta, alpha, u);
      new FiniteDifferences(problem, Optional.empty()).trainingProduct(scope, 0, theta, alpha, u);
      assertThat(scope.getManagedArrays()).hasSize(8);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void arraysOfAnotherLengthOrOfWholeNumbersAreRefusedBeforeTheModelSeesThem() {
    ModelBilevelProblem problem = problem(new ProblemOptions(2, 1, 2, 1));
    NDArray three = manager.zeros(new Shape(3), DataType.FLOAT64);
    NDArray row = alpha.reshape(1, 2);
    NDArray whole = manager.zeros(new Shape(2), DataType.INT32);
    Direction u = new Direction(theta, none);

    assertThatThrownBy(() -> problem.training(manager, 0, theta, three))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("alpha has the shape (3), but the problem has 2 gates");
    assertThatThrownBy(() -> problem.trainingEvaluation(manager, 0, theta, row))
        .hasMessageContaining("alpha has the shape (1, 2)");
    assertThatThrownBy(() -> problem.validation(manager, 0, three, alpha))
        .hasMessage("theta has the shape (3), but the problem has 4 parameters");
    assertThatThrownBy(() -> problem.validationLoss(manager, 0, theta, whole))
        .hasMessage("alpha is int32, but has to be float32 or float64, as initialTheta is");
    assertThatThrownBy(() -> problem.trainingProduct(manager, 0, theta, three, u))
        .hasMessageContaining("alpha has the shape (3)");
    assertThatThrownBy(() -> problem.trainingRecord(manager, 0, three, alpha))
        .hasMessageContaining("theta has the shape (3)");
    assertThat(model.dropoutSeeds).isEmpty();
  }

  private ModelBilevelProblem problem(ProblemOptions options) {
    return new ModelBilevelProblem(model, TRAINING, VALIDATION, options, new Seeds(3));
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.toDoubleArray()).containsExactly(expected.toDoubleArray(), within(1e-14));
  }

  private static List<Tokens> examples(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int[] ids = random.ints(1 + random.nextInt(5), 0, TableModel.IDS).toArray();
              return TableModel.example(random.nextInt(3), ids);
            })
        .toList();
  }
}
