package io.flexora.adapter.adalora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.adapter.TrainingSchedule.Moment;
import io.flexora.api.adapter.TrainingSchedule.ParameterPlace;
import io.flexora.api.adapter.TrainingSchedule.Turn;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.CompleteScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The budget, the scores and the penalty of AdaLoRA, on two modules of 2 by 2. */
class RankAllocationTest {

  private static final int STEPS = 20;
  private static final int START = 2;
  private static final int END = 4;
  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 2, 2);

  private final NDManager root = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    root.close();
  }

  private static AdaloraOptions options(int initR, int targetR, double penalty) {
    return new AdaloraOptions(
        initR, targetR, START, END, 1, 0.8, 0.6, penalty, Optional.empty(), 8, 0, List.of());
  }

  private static List<ParameterPlace> places(int rank) {
    List<ParameterPlace> places = new ArrayList<>();
    long offset = 0;
    for (int layer = 0; layer < 2; layer++) {
      for (Shape shape : List.of(new Shape(rank, 2), new Shape(2, rank), new Shape(rank, 1))) {
        AdapterParameter parameter = new AdapterParameter("p" + places.size(), "p", shape);
        places.add(new ParameterPlace(offset, new AdapterSite(layer, MODULE), parameter));
        offset += shape.size();
      }
    }
    return places;
  }

  private static int size(int rank) {
    return 2 * 5 * rank;
  }

  private double[] draw(long seed, int size) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(size, 0.1, 1).map(v -> random.nextBoolean() ? v : -v).toArray();
  }

  /**
   * What is left of theta after each step, of which all have the same theta and other gradients.
   */
  private List<double[]> run(AdaloraOptions options) {
    int rank = options.initR();
    TrainingSchedule update = new RankAllocation(options);
    NDArray theta = root.create(draw(1, size(rank)));
    Known state = update.start(root, places(rank), theta);
    List<double[]> left = new ArrayList<>();
    for (int step = 1; step <= STEPS; step++) {
      NDArray gradient = root.create(draw(100 + step, size(rank)));
      Turn after =
          update.after(root, new Moment(places(rank), step, STEPS, theta, state), gradient);
      state = after.known();
      left.add(after.theta().orElseThrow().toDoubleArray());
    }
    return left;
  }

  /** The elements of E of both modules. */
  private static boolean[] kept(double[] theta, int rank) {
    boolean[] kept = new boolean[2 * rank];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = theta[(i / rank) * 5 * rank + 4 * rank + i % rank] != 0;
    }
    return kept;
  }

  private static int count(boolean[] kept) {
    return (int) IntStream.range(0, kept.length).filter(i -> kept[i]).count();
  }

  @Test
  void asManyTripletsAreLeftAsTheCubicBudgetSays() {
    int rank = 8;
    int target = 2;
    List<double[]> left = run(options(rank, target, 0));
    int last = STEPS - END;
    int before = 2 * rank;
    for (int step = 1; step <= STEPS; step++) {
      double share = 1 - (step - START) / (double) (last - START);
      double cubic = 2 * target + (2 * rank - 2 * target) * share * share * share;
      int wanted = step <= START ? 2 * rank : step >= last ? 2 * target : (int) cubic;
      int found = count(kept(left.get(step - 1), rank));
      assertThat(found).as("triplets left after step %d", step).isEqualTo(wanted);
      assertThat(found).isLessThanOrEqualTo(before);
      before = found;
    }
    int middle = (START + last) / 2;
    assertThat(count(kept(left.get(middle - 1), rank)))
        .isEqualTo((2 * rank - 2 * target) / 8 + 2 * target);
  }

  @Test
  void keepsThePatternOfTheLastPruning() {
    List<double[]> left = run(options(6, 2, 0));
    boolean[] last = kept(left.get(STEPS - END - 1), 6);
    for (double[] theta : left.subList(STEPS - END, STEPS)) {
      assertThat(kept(theta, 6)).isEqualTo(last);
    }
    assertThat(left.subList(0, STEPS - END - 1)).anyMatch(theta -> !sub(last, kept(theta, 6)));
  }

  private static boolean sub(boolean[] last, boolean[] earlier) {
    return IntStream.range(0, last.length).allMatch(i -> !last[i] || earlier[i]);
  }

  @Test
  void isSettledWhereTheTargetIsKeptTo() {
    List<double[]> left = run(options(6, 2, 0));
    TrainingSchedule update = new RankAllocation(options(6, 2, 0));
    for (int step = 1; step <= STEPS; step++) {
      assertThat(update.mayBeKept(step, STEPS)).as("step %d", step).isEqualTo(step >= STEPS - END);
      if (update.mayBeKept(step, STEPS)) {
        assertThat(count(kept(left.get(step - 1), 6))).isEqualTo(2 * 2);
      }
    }
    TrainingSchedule longer =
        new RankAllocation(
            new AdaloraOptions(
                6, 2, START, END, 1, 0.8, 0.6, 0, Optional.of(2 * STEPS), 8, 0, List.of()));
    assertThat(longer.mayBeKept(STEPS, STEPS)).isFalse();
    assertThat(longer.mayBeKept(2 * STEPS - END, STEPS)).isTrue();
  }

  @Test
  void prunesNothingIfAllRanksAreToStay() {
    double[] theta = draw(1, size(4));
    assertThat(run(options(4, 4, 0))).allSatisfy(left -> assertThat(left).isEqualTo(theta));
  }

  /**
   * With I = |theta gradient|: the mean is (1 - beta1) I, then beta1 of it and (1 - beta1) of I.
   */
  @Test
  void scoresByRunningMeansOfTheSensitivityAndItsDeviation() {
    RankAllocation update = new RankAllocation(options(1, 1, 0));
    NDArray theta = root.create(draw(1, size(1)));
    Known state = update.start(root, places(1), theta);
    double[] mean = new double[size(1)];
    double[] deviation = new double[size(1)];
    for (int step = 1; step <= 2; step++) {
      double[] gradient = draw(step, size(1));
      Moment at = new Moment(places(1), step, STEPS, theta, state);
      state = update.after(root, at, root.create(gradient)).known();
      for (int i = 0; i < mean.length; i++) {
        double sensitivity = Math.abs(theta.getDouble(i) * gradient[i]);
        mean[i] = 0.8 * mean[i] + 0.2 * sensitivity;
        deviation[i] = 0.6 * deviation[i] + 0.4 * Math.abs(sensitivity - mean[i]);
      }
    }
    assertThat(state.arrays().get(0).toDoubleArray()).containsExactly(mean, within(1e-14));
    assertThat(state.arrays().get(1).toDoubleArray()).containsExactly(deviation, within(1e-14));
  }

  /** The triplet whose element of E and whose row and column matter most stays. */
  @Test
  void keepsTheTripletThatMattersMost() {
    int rank = 2;
    RankAllocation update = new RankAllocation(options(rank, 1, 0));
    double[] theta = new double[size(rank)];
    Arrays.fill(theta, 1);
    double[] gradient = new double[size(rank)];
    Arrays.fill(gradient, 0.1);
    // The second row of A of the first module: of its two triplets the second one.
    gradient[2] = 5;
    gradient[3] = 5;
    // The first element of E of the second module.
    gradient[5 * rank + 4 * rank] = 4;
    NDArray values = root.create(theta);
    Known state = update.start(root, places(rank), values);
    double[] left = theta;
    for (int step = 1; step <= STEPS; step++) {
      Moment at = new Moment(places(rank), step, STEPS, values, state);
      Turn after = update.after(root, at, root.create(gradient));
      state = after.known();
      left = after.theta().orElseThrow().toDoubleArray();
    }
    assertThat(kept(left, rank)).containsExactly(false, true, true, false);
  }

  @Test
  void refusesAScheduleThatLeavesNoStepToPruneIn() {
    RankAllocation update = new RankAllocation(options(2, 1, 0));
    NDArray theta = root.create(draw(1, size(2)));
    Known state = update.start(root, places(2), theta);
    assertThatThrownBy(
            () -> update.after(root, new Moment(places(2), 1, START + END, theta, state), theta))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("tinit (2) and tfinal (4) leave nothing of the 6 steps");
  }

  /** Of orthonormal rows and columns the penalty is zero, and its gradient, too. */
  @Test
  void orthonormalFactorsHaveNoPenalty() {
    String calls =
        """
          def slope(self, a: Tensor, b: Tensor, e: Tensor) -> List[Tensor]:
            a, b = torch.detach(a).requires_grad_(True), torch.detach(b).requires_grad_(True)
            total = self.penalty([a, b, e])
            given = annotate(List[Optional[Tensor]], [])
            given.append(torch.ones_like(total))
            results = [torch.detach(total)]
            for g in torch.autograd.grad([total], [a, b], given, False, False, True):
              if g is not None:
                results.append(g)
            return results
        """;
    AdaloraAdapter adapter = new AdaloraAdapter(options(2, 1, 0.5));
    try (TorchScript script =
        TorchScript.compile(root, CompleteScript.of(adapter.script()) + calls)) {
      NDArray turned = root.create(new double[] {0.6, 0.8, -0.8, 0.6}, new Shape(2, 2));
      assertThat(penalty(script, root.eye(2).toType(turned.getDataType(), true), turned))
          .allSatisfy(array -> assertThat(Arrays.stream(array)).allMatch(v -> Math.abs(v) < 1e-12));
      double found = penalty(script, turned.mul(2), turned).get(0)[0];
      // A Aᵀ = 4 I is 3 I from I, whose norm is 3 sqrt(2), and is one of two matrices.
      assertThat(found).isCloseTo(0.5 * 3 * Math.sqrt(2) / 2, within(1e-12));
    }
  }

  private List<double[]> penalty(TorchScript script, NDArray a, NDArray b) {
    Arguments of =
        new Arguments(root).with("a", a).with("b", b).with("e", root.ones(new Shape(2, 1)));
    return script.call("slope", of).stream().map(NDArray::toDoubleArray).toList();
  }
}
