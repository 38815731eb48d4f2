package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.RdpOptions.Points;
import io.flexora.selector.scored.RdpOptions.Side;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatesSelectorsTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** A model whose states are given: for each example, its tokens at each place. */
  private final class Given extends ForwardingContext implements LayerwiseModel {

    private final double[][][][] states;
    private int example;

    Given(double[][][]... states) {
      super(SelectionOnProblem.of(manager, states[0].length - 1, List.of(0)));
      this.states = states;
    }

    @Override
    public Checkpoints checkpoints() {
      return new MemoryCheckpoints();
    }

    @Override
    public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
      return Optional.of(ability.cast(this));
    }

    @Override
    public List<Tokens> trainingExamples() {
      return super.trainingExamples().subList(0, states.length);
    }

    @Override
    public States embedded(NDManager scope, List<Tokens> examples) {
      example = examples.get(0).ids()[0];
      return at(scope, 0);
    }

    @Override
    public States layer(
        NDManager scope,
        States before,
        int layer,
        Map<String, NDArray> matrices,
        ActivationVisitor visitor) {
      return at(scope, layer + 1);
    }

    private States at(NDManager scope, int place) {
      double[][] tokens = states[example][place];
      double[] values = new double[2 * tokens.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = tokens[i / 2][i % 2];
      }
      NDArray rows = NativeArrays.of(scope, values, new Shape(tokens.length, 2));
      return () -> List.of(rows);
    }
  }

  /** Of three tokens in two texts: cosines 1, 0 and -1, then 0.6, 1 and 0.8. */
  @Test
  void blockInfluenceIsOneLessTheMeanCosineOverAllTokens() {
    Given model =
        new Given(
            new double[][][] {{{1, 0}, {2, 0}}, {{3, 0}, {0, 5}}, {{3, 4}, {0, 1}}},
            new double[][][] {{{0, 1}}, {{0, -2}}, {{3, -4}}});

    Selection found =
        new BlockInfluenceSelector(new StatesOptions("1", 8), new Seeds(1)).select(model);

    List<Double> scores = found.scores().get("block_influence");
    assertThat(scores.get(0)).isCloseTo(1 - (1 + 0 - 1) / 3.0, within(1e-15));
    assertThat(scores.get(1)).isCloseTo(1 - (0.6 + 1 + 0.8) / 3, within(1e-15));
    assertThat(found.layers()).containsExactly(0);
  }

  private List<Double> rdp(Side side, Points points, Given model) {
    RdpOptions options = new RdpOptions(new StatesOptions("1", 8), side, points);
    return new RdpSelector(options, new Seeds(1)).select(model).scores().get("rdp");
  }

  /** The means over tokens and texts run along (0, 0), (1, 0), (2, 0), (2, 1), (2, 5). */
  @Test
  void theCornerOfTheTrajectoryComesFirst() {
    Given model =
        new Given(
            new double[][][] {
              {{-1, 0}, {1, 0}},
              {{1, 1}, {1, -1}},
              {{2, 0}, {2, 0}},
              {{2, 1}, {2, 1}},
              {{2, 5}, {2, 5}}
            },
            new double[][][] {{{0, 0}}, {{1, 0}}, {{2, 0}}, {{2, 1}}, {{2, 5}}});

    // The point after layer 1 is the corner; of those on straight lines the lower one follows.
    assertThat(rdp(Side.OUT_OF, Points.RAW, model)).containsExactly(0.75, 1.0, 0.5, 0.0);
    assertThat(rdp(Side.INTO, Points.RAW, model)).containsExactly(0.0, 0.75, 1.0, 0.5);
    // At length 1 the point after layer 2 is the corner of (0, 0), (1, 0), (1, 0), (.9, .4), (.4,
    // .9).
    assertThat(rdp(Side.OUT_OF, Points.UNIT, model).get(3)).isZero();
  }

  @Test
  void theOrderIsThatOfTheTextbooksSimplification() {
    Random random = new Random(5);
    for (int trial = 0; trial < 50; trial++) {
      double[][] points = new double[12][2];
      for (double[] point : points) {
        point[0] = random.nextGaussian();
        point[1] = random.nextGaussian();
      }
      List<Integer> order = RdpSelector.order(points);
      assertThat(order).hasSize(10).doesNotHaveDuplicates();
      for (double tolerance : new double[] {2, 1, 0.5, 0.2, 0.05}) {
        Set<Integer> kept = new HashSet<>();
        simplify(points, 0, 11, tolerance, kept);
        assertThat(order.subList(0, kept.size())).containsExactlyInAnyOrderElementsOf(kept);
      }
      assertThat(RdpSelector.order(turned(points))).isEqualTo(order);
    }
  }

  @Test
  void aStraightLineIsTakenInItsOrder() {
    double[][] line = {{0, 0}, {1, 2}, {2, 4}, {3, 6}, {4, 8}};
    assertThat(RdpSelector.order(line)).containsExactlyInAnyOrder(1, 2, 3).startsWith(1);
    assertThat(RdpSelector.order(new double[][] {{1, 1}, {5, 1}, {1, 1}})).containsExactly(1);
    assertThat(RdpSelector.order(new double[][] {{1, 1}, {5, 1}})).isEmpty();
  }

  /** Ramer-Douglas-Peucker as in a textbook, with the distance from a line in the plane. */
  private static void simplify(
      double[][] points, int from, int to, double tolerance, Set<Integer> kept) {
    double dx = points[to][0] - points[from][0];
    double dy = points[to][1] - points[from][1];
    int farthest = -1;
    double most = tolerance;
    for (int i = from + 1; i < to; i++) {
      double area =
          Math.abs(dx * (points[from][1] - points[i][1]) - dy * (points[from][0] - points[i][0]));
      double distance = area / Math.hypot(dx, dy);
      if (distance > most) {
        farthest = i;
        most = distance;
      }
    }
    if (farthest > 0) {
      kept.add(farthest);
      simplify(points, from, farthest, tolerance, kept);
      simplify(points, farthest, to, tolerance, kept);
    }
  }

  /** Rotated, shifted and enlarged. */
  private static double[][] turned(double[][] points) {
    List<double[]> turned = new ArrayList<>();
    for (double[] p : points) {
      turned.add(
          new double[] {3 * (0.6 * p[0] - 0.8 * p[1]) + 7, 3 * (0.8 * p[0] + 0.6 * p[1]) - 2});
    }
    return turned.toArray(double[][]::new);
  }
}
