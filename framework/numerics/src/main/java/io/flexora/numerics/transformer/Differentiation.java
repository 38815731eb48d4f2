package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import java.util.List;
import java.util.Optional;

/**
 * The loss of an adapted transformer, its gradient and its second-order products.
 *
 * <p>The model's text has to bring, for frozen arrays {@code w} and the arrays {@code b} of a
 * batch, the first of which is the input of the lowest adapted layer:
 *
 * <ul>
 *   <li>{@code segment(x, w, b, first, last, p, gates, seeds)}: layers {@code first} to {@code
 *       last} exclusive, with theta split into {@code p}; what an adapted layer at position {@code
 *       j} passes to {@code adapt_NAME} is {@code own(p, w, j)} and {@code own_seeds(seeds, j)};
 *       where {@code ${merges}} is true and nothing is dropped, as {@code ${drops}} says that a
 *       training may, {@code merge_NAME(weight, p, gate)} may serve in the place of {@code
 *       adapt_NAME}: the matrix with the adapter in it;
 *   <li>{@code end(x, w, b, p)}: what is made of the last layer's states;
 *   <li>{@code objective(y, w, b)}: the loss of that;
 *   <li>{@code cotangent(y, w, b)}: the loss and its gradient in {@code y}, which can be
 *       differentiated in {@code y} once more if {@code y} requires a gradient.
 * </ul>
 *
 * <p>Beside its own methods the text may call
 *
 * <ul>
 *   <li>{@code frozen_linear(x, weight, bias)}: {@code torch.linear} in the fastest form for a
 *       frozen matrix; {@code constant_linear(x, weight)}: the same where no gradient passes
 *       through;
 *   <li>{@code gates(alpha)}: the gates of the adapted layers;
 *   <li>{@code whole(theta, gates, w, b, seeds)}: everything up to {@code end}, with these gates;
 *   <li>{@code leaf(x, wanted)}: {@code x} without its graph, and whether a gradient in it is
 *       wanted;
 *   <li>{@code pull(ys, xs, cotangents, create_graph)}: the cotangents of {@code ys} pulled back to
 *       {@code xs}, zeros where nothing depends on one of them, by {@code torch.autograd.grad},
 *       which leaves nothing in {@code .grad}; they can be differentiated if the graph is created.
 * </ul>
 *
 * <p>The text may use operations without a second derivative, or with a slow one, where {@code
 * ${differentiated_once}} is true; it is compiled once more without them for products with the
 * Hessian.
 *
 * <p>With more than one segment only one segment of layers at a time keeps its activations: the
 * same numbers for less memory and more time.
 *
 * @since 0.1
 */
public final class Differentiation {

  private static final String RESOURCE = "differentiation.torchscript";
  private static final String PENALTY = "penalty.torchscript";

  private final NDManager owner;
  private final AdapterLayout layout;
  private final String text;
  private final int segments;
  private final ScriptInputs common;
  private final TorchScript script;
  private TorchScript twice;

  private Differentiation(
      NDManager owner, AdapterLayout layout, String text, int segments, DataType type) {
    this.owner = owner;
    this.layout = layout;
    this.text = text;
    this.segments = segments;
    this.common = ScriptInputs.of(owner, layout, type);
    this.script = TorchScript.compile(owner, filled(Derivatives.FIRST));
  }

  /**
   * Compiles a model's text together with the adapters and the differentiation.
   *
   * @param owner the methods live no longer than it does
   * @param text the model's methods; {@code ${lowest}}, {@code ${layers}}, {@code ${positions}},
   *     {@code ${pieces}} and {@code ${modules}} in it are filled in
   * @param segments the segments of layers to keep activations of one at a time; at most 1 for all
   * @param type the type of theta
   */
  public static Differentiation compile(
      NDManager owner, AdapterLayout layout, String text, int segments, DataType type) {
    int count = ModelText.segments(layout, segments);
    String penalty = layout.hasPenalty() ? ModelText.resource(PENALTY) : "";
    String whole = text + sharedText() + penalty + layout.text();
    return new Differentiation(owner, layout, whole, count, type);
  }

  /** What is the same for all models: products with frozen matrices, and derivatives. */
  static String sharedText() {
    return ModelText.resource(LinearSpeed.LINEAR) + ModelText.resource(RESOURCE);
  }

  private String filled(Derivatives order) {
    return ModelText.filled(text, ModelText.constants(layout, segments, order, owner.getDevice()));
  }

  private String method(String name) {
    return segments > 1 ? name + "_in_segments" : name;
  }

  /**
   * The methods of operations that can be differentiated twice. Compiled when first asked for, as
   * most models are never differentiated twice.
   */
  private TorchScript twice() {
    if (twice == null) {
      String other = filled(Derivatives.SECOND);
      twice = other.equals(filled(Derivatives.FIRST)) ? script : TorchScript.compile(owner, other);
    }
    return twice;
  }

  /** The compiled methods. */
  public TorchScript script() {
    return script;
  }

  /**
   * The mean loss and its gradient in theta and, if the point has gates, in alpha.
   *
   * @param scope the owner of the results
   * @param weights the frozen arrays
   * @param batch the arrays of a batch
   * @param terms the terms that the loss is the mean of
   * @param layers the layers of the plan whose adapters' gradient is wanted; that of the others is
   *     zero
   */
  public LossGradient lossGradient(
      NDManager scope,
      Point point,
      List<NDArray> weights,
      List<NDArray> batch,
      long terms,
      List<Integer> layers) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          arguments(temporary, point, weights, batch)
              .with("gated", point.alpha().isPresent() ? 1 : 0)
              .with("rests", layout.rests(temporary, layers));
      NDList results = script.call(method("gradient"), arguments);
      double loss = ArrayValues.of(results.get(0))[0];
      if (isPenalised(point)) {
        loss += addPenalty(temporary, point, results.get(1), layers);
      }
      results.subNDList(1).attach(scope);
      Optional<NDArray> alpha = point.alpha().map(a -> results.get(2));
      return new LossGradient(loss, terms, results.get(1), alpha);
    }
  }

  /**
   * The mean loss alone.
   *
   * @param scope the owner of temporary arrays
   */
  public double loss(NDManager scope, Point point, List<NDArray> weights, List<NDArray> batch) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments = arguments(temporary, point, weights, batch);
      double loss = ArrayValues.of(script.call("loss", arguments).singletonOrThrow())[0];
      return isPenalised(point) ? loss + penalty(temporary, point) : loss;
    }
  }

  /** The penalty belongs to the loss of a training step, not to that of validation. */
  private boolean isPenalised(Point point) {
    return layout.hasPenalty() && point.isTraining();
  }

  private double penalty(NDManager temporary, Point point) {
    Arguments arguments = new Arguments(temporary).with("theta", point.theta());
    return ArrayValues.of(script.call("penalty_alone", arguments).singletonOrThrow())[0];
  }

  /** Adds the penalty's gradient to another, and gives the penalty. */
  private double addPenalty(
      NDManager temporary, Point point, NDArray gradient, List<Integer> layers) {
    Arguments arguments =
        new Arguments(temporary)
            .with("theta", point.theta())
            .with("rests", layout.rests(temporary, layers));
    NDList penalty = script.call("penalty_gradient", arguments);
    gradient.addi(penalty.get(1));
    return ArrayValues.of(penalty.get(0))[0];
  }

  /**
   * The mean loss and its gradient in theta and alpha with the graph that they were computed by.
   * Where one segment of layers at a time keeps its activations, no graph is kept.
   *
   * @param scope the owner of the gradient and of the graph
   * @param point a point with gates; its arrays and those of the batch live as long as the scope
   * @throws IllegalArgumentException if the point has no gates
   */
  public GradientRecord record(
      NDManager scope, Point point, List<NDArray> weights, List<NDArray> batch, long terms) {
    requireGates(point);
    List<Integer> layers = layout.plan().layers();
    if (segments > 1) {
      return GradientRecord.of(
          lossGradient(scope, point, weights, batch, terms, layers),
          (owner, u) -> hessianProduct(owner, point, weights, batch, u));
    }
    try (NDManager temporary = scope.newSubManager()) {
      NDList results = twice().call("record", arguments(temporary, point, weights, batch));
      double loss = ArrayValues.of(results.get(0))[0];
      NDArray theta = results.get(1);
      if (isPenalised(point)) {
        theta = theta.duplicate();
        loss += addPenalty(temporary, point, theta, layers);
        theta.attach(scope);
      }
      results.subNDList(1).attach(scope);
      LossGradient value = new LossGradient(loss, terms, theta, Optional.of(results.get(2)));
      return new Graph(value, point, results.subList(3, 5), results.subList(5, 7));
    }
  }

  /**
   * A gradient with its graph: the arrays that it was computed of, and the parts of the gradient.
   */
  private final class Graph implements GradientRecord {
    private final LossGradient value;
    private final Point point;
    private final List<NDArray> inputs;
    private final List<NDArray> first;

    Graph(LossGradient value, Point point, List<NDArray> inputs, List<NDArray> first) {
      this.value = value;
      this.point = point;
      this.inputs = List.copyOf(inputs);
      this.first = List.copyOf(first);
    }

    @Override
    public LossGradient value() {
      return value;
    }

    @Override
    public Direction hessianProduct(NDManager scope, Direction u) {
      try (NDManager temporary = scope.newSubManager()) {
        NDList products = twice().call("product_of_record", along(temporary, u));
        return withPenalty(scope, temporary, point, u, products);
      }
    }

    @Override
    public NDArray gateProduct(NDManager scope, Direction u) {
      try (NDManager temporary = scope.newSubManager()) {
        NDList product = twice().call("gate_product_of_record", along(temporary, u));
        product.attach(scope);
        return product.singletonOrThrow();
      }
    }

    private Arguments along(NDManager temporary, Direction u) {
      return new Arguments(temporary)
          .withGraph("inputs", inputs)
          .withGraph("first", first)
          .with("u", u.theta())
          .with("a", u.alpha());
    }

    @Override
    public void close() {
      inputs.forEach(NDArray::close);
      first.forEach(NDArray::close);
    }
  }

  /**
   * The product of the loss's Hessian with a direction; see {@link
   * io.flexora.api.model.AdaptedModel#hessianProduct}.
   *
   * @param scope the owner of the results
   * @throws IllegalArgumentException if the point has no gates
   */
  public Direction hessianProduct(
      NDManager scope, Point point, List<NDArray> weights, List<NDArray> batch, Direction u) {
    requireGates(point);
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          arguments(temporary, point, weights, batch).with("u", u.theta()).with("a", u.alpha());
      return withPenalty(scope, temporary, point, u, twice().call(method("product"), arguments));
    }
  }

  private Direction withPenalty(
      NDManager scope, NDManager temporary, Point point, Direction u, NDList products) {
    if (isPenalised(point)) {
      Arguments of = new Arguments(temporary).with("theta", point.theta()).with("u", u.theta());
      products.get(0).addi(twice().call("penalty_product", of).singletonOrThrow());
    }
    products.attach(scope);
    return new Direction(products.get(0), products.get(1));
  }

  private static void requireGates(Point point) {
    if (point.alpha().isEmpty()) {
      throw new IllegalArgumentException("a Hessian product is taken at a point with gates");
    }
  }

  /**
   * The arguments theta, alpha, w, b and seeds of a method of the model's own.
   *
   * @param scope the owner of temporary arrays and of the call's results
   */
  public Arguments arguments(
      NDManager scope, Point point, List<NDArray> weights, List<NDArray> batch) {
    return arguments(scope, point, weights, batch, List.of());
  }

  /**
   * The same arguments with dropout seeds of the examples, for a text that takes those of a layer
   * by {@code own_seeds}.
   *
   * @param scope the owner of temporary arrays and of the call's results
   * @param examples one for each example of the batch; empty for the seed of the point
   */
  public Arguments arguments(
      NDManager scope,
      Point point,
      List<NDArray> weights,
      List<NDArray> batch,
      List<ExampleSeed> examples) {
    NDArray seeds = examples.isEmpty() ? layout.seeds(scope, point) : layout.seeds(scope, examples);
    return common.at(scope, point, weights, batch).with("seeds", seeds);
  }

  /** The frozen arrays, and behind them the constants of the adapters. */
  public List<NDArray> withConstants(List<NDArray> weights) {
    return common.withConstants(weights);
  }

  /**
   * Gates that change nothing, as alpha.
   *
   * @param scope the owner of the result
   */
  public NDArray noGates(NDManager scope) {
    return common.noGates(scope);
  }
}
