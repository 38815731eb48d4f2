package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.Differentiation;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.model.HeadText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Checks a head by itself, in float64, against differences of its own loss. {@link
 * ModelBackendSuite} checks the same head behind a model.
 *
 * @since 0.1
 */
public abstract class HeadSuite {

  private static final int HIDDEN = 5;
  private static final long SEED = 23;
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;
  private static final int TARGET = 1;

  private static final String MODEL =
      """
        def segment(self, x: Tensor, w: List[Tensor], b: List[Tensor], first: int, last: int, p: List[Tensor], gates: Tensor, seeds: List[int]) -> Tensor:
          return x

        def read(self, x: Tensor, w: List[Tensor], b: List[Tensor]) -> Tensor:
          return x

      """;

  /** The head; another one that is equal with each call. */
  protected abstract Head head();

  /** A few examples that it learns. */
  protected abstract List<Example> examples();

  private static int places(Head head, Example example) {
    return head.input() == Head.Input.WORDS
        ? head.readWords(example).stream().mapToInt(List::size).sum()
        : head.texts(example).size();
  }

  @Test
  void twoOfItAreEqual() {
    assertThat(head()).as("a head of the same settings").isEqualTo(head());
    assertThat(Head.Saved.of(head())).as("what is kept of it").isEqualTo(Head.Saved.of(head()));
    assertThat(head().input()).as("what it reads").isNotEqualTo(Head.Input.NOTHING);
    assertThat(head().kind()).as("the word for its kind").matches("[a-z][a-z0-9_]*");
  }

  @Test
  void itLearnsItsExamples() {
    Head head = head();
    for (Example example : examples()) {
      assertThat(Compatibility.of(head::checkCompatibility, example).first())
          .as("what keeps it from %s", example.id())
          .isEmpty();
      double[] target = head.target(example);
      assertThat(target)
          .as("targets of %s, as many for each of its %d places", example, places(head, example))
          .satisfies(t -> assertThat(t.length % places(head, example)).isZero())
          .isNotEmpty();
    }
  }

  @Test
  void itsGradientIsTheDerivativeOfItsLoss() {
    try (Behind at = new Behind(examples())) {
      double[] u = Engine.random(3, at.theta.length, 1);
      double[] gradient = at.gradient(at.theta);
      double ahead = at.loss(Engine.plus(at.theta, STEP, u));
      double back = at.loss(Engine.plus(at.theta, -STEP, u));
      double slope = (ahead - back) / (2 * STEP);
      assertThat(Engine.dot(gradient, u))
          .as("gradient of the loss along a direction, and difference of losses")
          .isCloseTo(slope, within(TOLERANCE * Math.max(1, Math.abs(slope))));
    }
  }

  @Test
  void itsHessianProductIsTheDerivativeOfItsGradient() {
    try (Behind at = new Behind(examples())) {
      double[] u = Engine.random(4, at.theta.length, 1);
      double[] ahead = at.gradient(Engine.plus(at.theta, STEP, u));
      double[] change = Engine.plus(ahead, -1, at.gradient(Engine.plus(at.theta, -STEP, u)));
      assertThat(at.product(u))
          .as("product with the Hessian, and difference of gradients")
          .containsExactly(
              Arrays.stream(change).map(c -> c / (2 * STEP)).toArray(), within(1e2 * TOLERANCE));
    }
  }

  @Test
  void itsScoresOfAnExampleDoNotDependOnOthers() {
    try (Behind all = new Behind(examples())) {
      double[] together = all.scores();
      int from = 0;
      for (int e = 0; e < examples().size(); e++) {
        try (Behind alone = new Behind(List.of(examples().get(e)), all.rows(e))) {
          double[] own = alone.scores();
          assertThat(Arrays.copyOfRange(together, from, from + own.length))
              .as("scores of an example among others, and alone")
              .containsExactly(own, within(TOLERANCE));
          from += own.length;
        }
      }
    }
  }

  @Test
  void itsLossIsTheMeanOverItsPlaces() {
    assumeFalse(head().comparesExamples(), "the loss of an example depends on the others");
    try (Behind all = new Behind(examples())) {
      double sum = 0;
      for (int e = 0; e < examples().size(); e++) {
        try (Behind alone = new Behind(List.of(examples().get(e)), all.rows(e))) {
          sum += alone.loss(all.theta) * places(head(), examples().get(e));
        }
      }
      assertThat(all.loss(all.theta))
          .as("loss of a batch, and mean of the losses of its examples")
          .isCloseTo(sum / all.places, within(TOLERANCE));
    }
  }

  @Test
  void itsAnswersAreOfItsKind() {
    try (Behind at = new Behind(examples())) {
      double[] scores = at.scores();
      int each = scores.length / at.places;
      int from = 0;
      for (Example example : examples()) {
        int to = from + each * places(head(), example);
        assertThat(head().answer(example, Arrays.copyOfRange(scores, from, to)))
            .as("answer to %s", example.id())
            .isInstanceOf(head().answers());
        from = to;
      }
    }
  }

  /**
   * The head on vectors that a trained matrix has moved, so that derivatives pass through its
   * inputs, too.
   */
  private record BehindMatrix(Head head) implements Head {

    @Override
    public String kind() {
      return head.kind();
    }

    @Override
    public Head.Input input() {
      return head.input();
    }

    @Override
    public List<String> texts(Example example) {
      return head.texts(example);
    }

    @Override
    public List<List<Head.Word>> readWords(Example example) {
      return head.readWords(example);
    }

    @Override
    public Map<String, Shape> arrays(int hidden) {
      Map<String, Shape> arrays = new LinkedHashMap<>(head.arrays(hidden));
      arrays.put("moved.weight", new Shape(hidden, hidden));
      return arrays;
    }

    @Override
    public String torchScript() {
      return head.torchScript().replace("def head_outputs(", "def outputs_of_head(")
          + """

              def head_outputs(self, x: Tensor, h: List[Tensor]) -> Tensor:
                return self.outputs_of_head(x + torch.linear(x, h[len(h) - 1]), h[0:len(h) - 1])
            """;
    }

    @Override
    public double[] target(Example example) {
      return head.target(example);
    }

    @Override
    public Class<? extends Answer> answers() {
      return head.answers();
    }

    @Override
    public Answer answer(Example example, double[] scores) {
      return head.answer(example, scores);
    }
  }

  /** The head behind vectors that nothing computes. */
  private final class Behind implements AutoCloseable {

    private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
    private final Differentiation differentiation;
    private final List<Example> examples;
    private final int places;
    private final double[] rows;
    private final double[] theta;
    private final List<NDArray> weights;
    private final List<NDArray> batch;

    Behind(List<Example> examples) {
      this(examples, new double[0]);
    }

    Behind(List<Example> examples, double[] given) {
      this.examples = examples;
      Head head = new BehindMatrix(head());
      AdapterPlan plan = new AdapterPlan(new NoAdapter(), List.of(), List.of(), head);
      AdapterLayout layout = AdapterLayout.of(plan, shape());
      String text = MODEL + HeadText.of(plan, TARGET).text();
      differentiation = Differentiation.compile(manager, layout, text, 0, DataType.FLOAT64);
      places = examples.stream().mapToInt(e -> HeadSuite.places(head, e)).sum();
      rows = given.length > 0 ? given : Engine.random(SEED, (long) places * HIDDEN, 1);
      theta = Engine.random(SEED + 1, layout.index().size(), 0.5);
      NDArray one = manager.ones(new Shape(1), DataType.FLOAT64);
      weights = List.of(one, one, one);
      double[] targets =
          examples.stream().flatMapToDouble(e -> Arrays.stream(head.target(e))).toArray();
      batch = new ArrayList<>();
      batch.add(NativeArrays.of(manager, rows, new Shape(places, HIDDEN)));
      batch.add(NativeArrays.of(manager, targets, new Shape(places, targets.length / places)));
    }

    private ModelShape shape() {
      ModuleShape module = new ModuleShape("m", "layer.%d.m", HIDDEN, HIDDEN);
      return new ModelShape(
          "none",
          1,
          HIDDEN,
          16,
          List.of(module),
          List.of("m"),
          1,
          "float64",
          8,
          "SEQ_CLS",
          0,
          "none");
    }

    double[] rows(int example) {
      int from = 0;
      for (Example before : examples.subList(0, example)) {
        from += HeadSuite.places(head(), before);
      }
      int to = from + HeadSuite.places(head(), examples.get(example));
      return Arrays.copyOfRange(rows, from * HIDDEN, to * HIDDEN);
    }

    private Point point(double[] at) {
      NDArray alpha = NativeArrays.of(manager, new double[0]);
      return Point.of(NativeArrays.of(manager, at), alpha);
    }

    double loss(double[] at) {
      return differentiation.loss(manager, point(at), weights, batch);
    }

    double[] gradient(double[] at) {
      return Engine.values(
          differentiation
              .lossGradient(manager, point(at), weights, batch, places, List.of())
              .theta());
    }

    double[] product(double[] u) {
      Direction along =
          new Direction(NativeArrays.of(manager, u), NativeArrays.of(manager, new double[0]));
      return Engine.values(
          differentiation.hessianProduct(manager, point(theta), weights, batch, along).theta());
    }

    double[] scores() {
      return ArrayValues.of(
          differentiation
              .script()
              .call("scores", differentiation.arguments(manager, point(theta), weights, batch))
              .singletonOrThrow());
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
