package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A model of two layers in float64, to be broken by subclasses: the mean of a text's embeddings
 * goes through {@code x + tanh(W x + g B A x)} twice, and then through a head.
 */
class SmallBackend implements ModelBackend {

  static final int LAYERS = 2;

  private static final int WIDTH = 4;
  private static final int MOST = 12;
  private static final ModuleShape MODULE =
      new ModuleShape("dense", "layer.%d.dense", WIDTH, WIDTH);

  private static final String SCRIPT =
      """
        def logits(self, theta: Tensor, alpha: Tensor, layers: Tensor, w: Tensor, x: Tensor) -> Tensor:
          adapted = annotate(List[int], layers.tolist())
          gates = torch.softmax(alpha, 0) * alpha.size(0)
          at = 0
          for i in range(2):
            y = torch.linear(x, torch.select(w, 0, i))
            for j in range(len(adapted)):
              if adapted[j] == i:
                a = torch.view(torch.narrow(theta, 0, at, 8), [2, 4])
                b = torch.view(torch.narrow(theta, 0, at + 8, 8), [4, 2])
                at = at + 16
                y = y + torch.linear(torch.linear(x, a), b) * torch.select(gates, 0, j % gates.size(0))
            x = x + torch.tanh(y)
          head = torch.view(torch.narrow(theta, 0, at, 12), [3, 4])
          return torch.linear(x, head, torch.narrow(theta, 0, at + 12, 3))

        def activity(self, theta: Tensor, alpha: Tensor, layers: Tensor, w: Tensor, x: Tensor) -> Tensor:
          adapted = annotate(List[int], layers.tolist())
          gates = torch.softmax(alpha, 0) * alpha.size(0)
          rows = annotate(List[Tensor], [])
          at = 0
          for i in range(2):
            y = torch.linear(x, torch.select(w, 0, i))
            added = torch.zeros_like(y)
            for j in range(len(adapted)):
              if adapted[j] == i:
                a = torch.view(torch.narrow(theta, 0, at, 8), [2, 4])
                b = torch.view(torch.narrow(theta, 0, at + 8, 8), [4, 2])
                at = at + 16
                added = torch.linear(torch.linear(x, a), b) * torch.select(gates, 0, j % gates.size(0))
            next = x + torch.tanh(y + added)
            angles = torch.acos(torch.cosine_similarity(x, next, -1))
            rows.append(torch.stack([torch.sum(added * added), torch.sum(y * y), torch.sum(angles)]))
            x = next
          return torch.stack(rows)

        def inputs(self, theta: Tensor, alpha: Tensor, layers: Tensor, w: Tensor, x: Tensor) -> List[Tensor]:
          adapted = annotate(List[int], layers.tolist())
          gates = torch.softmax(alpha, 0) * alpha.size(0)
          seen = annotate(List[Tensor], [])
          at = 0
          for i in range(2):
            y = torch.linear(x, torch.select(w, 0, i))
            for j in range(len(adapted)):
              if adapted[j] == i:
                a = torch.view(torch.narrow(theta, 0, at, 8), [2, 4])
                b = torch.view(torch.narrow(theta, 0, at + 8, 8), [4, 2])
                at = at + 16
                y = y + torch.linear(torch.linear(x, a), b) * torch.select(gates, 0, j % gates.size(0))
                seen.append(torch.clone(x))
            x = x + torch.tanh(y)
          return seen

        def loss(self, theta: Tensor, alpha: Tensor, layers: Tensor, w: Tensor, x: Tensor, labels: Tensor) -> Tensor:
          return torch.detach(torch.cross_entropy_loss(self.logits(theta, alpha, layers, w, x), labels))

        def scores(self, theta: Tensor, alpha: Tensor, layers: Tensor, w: Tensor, x: Tensor) -> Tensor:
          return torch.detach(torch.log_softmax(self.logits(theta, alpha, layers, w, x), -1))

        def pull(self, y: Tensor, xs: List[Tensor], keep: bool) -> List[Tensor]:
          given = annotate(List[Optional[Tensor]], [])
          given.append(torch.ones_like(y))
          results = annotate(List[Tensor], [])
          for g in torch.autograd.grad([y], xs, given, keep, keep, True):
            if g is None:
              results.append(torch.zeros_like(xs[len(results)]))
            else:
              results.append(g)
          return results

        def gradient(self, theta: Tensor, alpha: Tensor, layers: Tensor, w: Tensor, x: Tensor, labels: Tensor) -> List[Tensor]:
          xs = [torch.detach(theta).requires_grad_(True), torch.detach(alpha).requires_grad_(True)]
          loss = torch.cross_entropy_loss(self.logits(xs[0], xs[1], layers, w, x), labels)
          return [torch.detach(loss)] + self.pull(loss, xs, False)

        def product(self, theta: Tensor, alpha: Tensor, layers: Tensor, w: Tensor, x: Tensor, labels: Tensor, u: Tensor, a: Tensor) -> List[Tensor]:
          xs = [torch.detach(theta).requires_grad_(True), torch.detach(alpha).requires_grad_(True)]
          loss = torch.cross_entropy_loss(self.logits(xs[0], xs[1], layers, w, x), labels)
          first = self.pull(loss, xs, True)
          return self.pull(torch.sum(first[0] * u) + torch.sum(first[1] * a), xs, False)
      """;

  /** The adapter of which the model drops elements of A in a training step. */
  static final class Dropping extends LowRank {}

  /** What the backend gives out instead of the model; the model itself by default. */
  AdaptedModel change(AdaptedModel model, NDManager manager) {
    return model;
  }

  String script() {
    return SCRIPT;
  }

  /** What the model gives out as its manager; the manager itself by default. */
  NDManager shown(NDManager manager) {
    return manager;
  }

  @Override
  public ModelShape describe() {
    return new ModelShape(
            "small",
            LAYERS,
            WIDTH,
            MOST,
            List.of(MODULE),
            List.of("dense"),
            LAYERS * WIDTH * WIDTH,
            "float64",
            LAYERS * WIDTH * WIDTH * 8L,
            "SEQ_CLS",
            0,
            "small")
        .withAbilities(
            Set.of(FrozenMatrices.class, LayerActivity.Meter.class, ModuleActivations.class));
  }

  @Override
  public Tokenizer tokenizer() {
    return new Letters();
  }

  @Override
  public BaseModel load() {
    return new Base(Engine.manager());
  }

  /** Letters without the spaces between them. */
  private static final class Letters implements Tokenizer {

    @Override
    public Tokens tokens(Example example, Head head) {
      int[] all = example.prompt().replace(" ", "").chars().map(c -> c - 'a').toArray();
      int[] ids = Arrays.copyOf(all, Math.min(MOST, all.length));
      return new Tokens(example, ids, List.of(), all.length - ids.length);
    }

    @Override
    public List<String> texts(int[] ids) {
      return Arrays.stream(ids).mapToObj(i -> Character.toString('a' + i)).toList();
    }

    @Override
    public void close() {
      // There is nothing to free.
    }
  }

  private final class Base implements BaseModel, FrozenMatrices {

    private final NDManager manager;
    private final NDArray weights;

    Base(NDManager manager) {
      this.manager = manager;
      weights =
          manager.create(Engine.random(1, LAYERS * WIDTH * WIDTH, 1)).reshape(LAYERS, WIDTH, WIDTH);
    }

    @Override
    public ModelShape shape() {
      return describe();
    }

    @Override
    public NDManager manager() {
      return shown(manager);
    }

    @Override
    public NDArray weight(NDManager scope, int layer, String module) {
      AdapterPlan asked =
          new AdapterPlan(new LowRank(), List.of(layer), List.of(module), Head.classes(1));
      refuse(asked);
      try (NDArray own = weights.get(scope, layer)) {
        return own.toType(DataType.FLOAT32, true);
      }
    }

    @Override
    public boolean hasBias(int layer, String module) {
      refuse(new AdapterPlan(new LowRank(), List.of(layer), List.of(module), Head.classes(1)));
      return false;
    }

    @Override
    public AdaptedModel adapt(AdapterPlan plan) {
      refuse(plan);
      TorchScript compiled = TorchScript.compile(manager, script());
      return change(new Adapted(plan, weights, compiled), manager);
    }

    private void refuse(AdapterPlan plan) {
      plan.layers().stream()
          .filter(layer -> layer >= LAYERS)
          .forEach(layer -> refuse("layer " + layer));
      plan.modules().stream()
          .filter(name -> !name.equals("dense"))
          .forEach(name -> refuse("module " + name));
    }

    private void refuse(String what) {
      throw new FlexoraException("the model has no " + what);
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  private record Means(NDArray x, NDArray labels, int tokens) implements Batch {

    @Override
    public int size() {
      return (int) x.getShape().get(0);
    }

    @Override
    public long terms() {
      return size();
    }

    @Override
    public long paddedTokens() {
      return (long) size() * tokens;
    }
  }

  private record Adapted(AdapterPlan plan, NDArray weights, TorchScript script)
      implements AdaptedModel, LayerActivity.Meter, ModuleActivations {

    @Override
    public ParameterIndex parameters() {
      List<Slice> slices = new ArrayList<>();
      for (int layer : plan.layers()) {
        for (AdapterParameter parameter : plan.method().parameters(MODULE)) {
          add(slices, parameter.shape(), new Slice.Adapter(layer, MODULE, parameter));
        }
      }
      add(slices, new Shape(plan.head().classes().size(), WIDTH), new Slice.Head("head.weight"));
      add(slices, new Shape(plan.head().classes().size()), new Slice.Head("head.bias"));
      return new ParameterIndex(slices);
    }

    private static void add(List<Slice> slices, Shape shape, Slice.Owner owner) {
      slices.add(new Slice(slices.stream().mapToLong(Slice::size).sum(), shape, owner));
    }

    @Override
    public NDArray initialTheta(NDManager scope, Seeds seeds) {
      double[] theta =
          parameters().slices().stream().flatMapToDouble(slice -> values(slice, seeds)).toArray();
      return scope.create(theta);
    }

    private DoubleStream values(Slice slice, Seeds seeds) {
      SplittableRandom random = seeds.stream("initial", slice.tensorName());
      if (slice.owner() instanceof Slice.Adapter adapter) {
        float[] drawn = plan.method().initialValues(MODULE, adapter.parameter(), random);
        return IntStream.range(0, drawn.length).mapToDouble(i -> drawn[i]);
      }
      return random.doubles(slice.size(), -1, 1);
    }

    @Override
    public Batch batch(NDManager scope, List<Tokens> examples) {
      double[] table = Engine.random(2, 26L * WIDTH, 1);
      double[] means = new double[examples.size() * WIDTH];
      for (int row = 0; row < examples.size(); row++) {
        int[] ids = examples.get(row).ids();
        for (int id : ids) {
          for (int i = 0; i < WIDTH; i++) {
            means[row * WIDTH + i] += table[id * WIDTH + i] / ids.length;
          }
        }
      }
      long[] labels = examples.stream().mapToLong(t -> t.example().label()).toArray();
      int longest = examples.stream().mapToInt(Tokens::length).max().orElse(0);
      return new Means(
          scope.create(means, new Shape(examples.size(), WIDTH)), scope.create(labels), longest);
    }

    @Override
    public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
      try (NDManager own = scope.newSubManager()) {
        NDList found = script.call("gradient", labelled(own, batch, point));
        NDArray theta = found.get(1).mul(kept(own, point));
        theta.attach(scope);
        Optional<NDArray> alpha = point.alpha().map(a -> found.get(2));
        alpha.ifPresent(a -> a.attach(scope));
        return new LossGradient(found.get(0).getDouble(), batch.terms(), theta, alpha);
      }
    }

    @Override
    public double loss(NDManager scope, Batch batch, Point point) {
      try (NDManager own = scope.newSubManager()) {
        return script.call("loss", labelled(own, batch, point)).singletonOrThrow().getDouble();
      }
    }

    @Override
    public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
      try (NDManager own = scope.newSubManager()) {
        NDArray kept = kept(own, point);
        NDList found =
            script.call(
                "product",
                labelled(own, batch, point).with("u", kept.mul(u.theta())).with("a", u.alpha()));
        NDList results = new NDList(found.get(0).mul(kept), found.get(1));
        results.attach(scope);
        return new Direction(results.get(0), results.get(1));
      }
    }

    @Override
    public double[][] scores(NDManager scope, Batch batch, Point point) {
      try (NDManager own = scope.newSubManager()) {
        double[] flat =
            script.call("scores", arguments(own, batch, point)).singletonOrThrow().toDoubleArray();
        int classes = plan.head().classes().size();
        return IntStream.range(0, batch.size())
            .mapToObj(i -> Arrays.copyOfRange(flat, i * classes, (i + 1) * classes))
            .toArray(double[][]::new);
      }
    }

    /** Each text is a single token: the mean of its embeddings. */
    @Override
    public LayerActivity activity(NDManager scope, Batch batch, Point point) {
      try (NDManager own = scope.newSubManager()) {
        double[] sums =
            script
                .call("activity", arguments(own, batch, point))
                .singletonOrThrow()
                .toDoubleArray();
        return new LayerActivity(
            batch.size(),
            List.of(List.of(sums[0]), List.of(sums[3])),
            List.of(List.of(sums[1]), List.of(sums[4])),
            List.of(sums[2] / Math.PI, sums[5] / Math.PI));
      }
    }

    @Override
    public void activations(
        NDManager scope,
        Batch batch,
        Point point,
        CountedTokens tokens,
        ActivationVisitor visitor) {
      try (NDManager own = scope.newSubManager()) {
        NDList seen = script.call("inputs", arguments(own, batch, point));
        for (int i = 0; i < plan.layers().size(); i++) {
          visitor.visit(own, new AdapterSite(plan.layers().get(i), MODULE), seen.get(i));
        }
      }
    }

    private Arguments labelled(NDManager scope, Batch batch, Point point) {
      return arguments(scope, batch, point).with("labels", ((Means) batch).labels());
    }

    private Arguments arguments(NDManager scope, Batch batch, Point point) {
      int count = plan.layers().size();
      return new Arguments(scope)
          .with("theta", kept(scope, point).mul(point.theta()))
          .with(
              "alpha",
              point.alpha().orElseGet(() -> scope.zeros(new Shape(count), DataType.FLOAT64)))
          .with("layers", scope.create(plan.layers().stream().mapToLong(l -> l).toArray()))
          .with("w", weights)
          .with("x", ((Means) batch).x());
    }

    /** What each element of theta is multiplied by: 0 or 2 in A where it is dropped, or 1. */
    private NDArray kept(NDManager scope, Point point) {
      double[] kept = new double[(int) parameters().size()];
      Arrays.fill(kept, 1);
      if (plan.method() instanceof Dropping && point.isTraining()) {
        SplittableRandom random = new SplittableRandom(point.dropoutSeed().getAsLong());
        for (Slice slice : parameters().slices()) {
          if (slice.owner() instanceof Slice.Adapter adapter
              && adapter.parameter().name().equals("A")) {
            for (long i = slice.offset(); i < slice.offset() + slice.size(); i++) {
              kept[(int) i] = random.nextBoolean() ? 2 : 0;
            }
          }
        }
      }
      return scope.create(kept);
    }

    @Override
    public void close() {
      script.close();
    }
  }
}
