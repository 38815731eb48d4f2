package io.flexora.numerics.bilevel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One number for each token id, times the gate of the id's layer, is to meet the example's label;
 * every token is a term of the loss, so examples weigh by their length. Dropout leaves out an id.
 * Float64, with derivatives by hand.
 */
final class TableModel implements AdaptedModel, LayerActivity.Meter {

  static final int IDS = 4;
  private static final int LAYERS = 2;

  /** The dropout seed of each batch that was computed, in order. */
  final List<Long> dropoutSeeds = new ArrayList<>();

  private record Terms(List<Tokens> examples) implements Batch {

    @Override
    public int size() {
      return examples.size();
    }

    @Override
    public long terms() {
      return examples.stream().mapToLong(e -> e.ids().length).sum();
    }

    @Override
    public long paddedTokens() {
      return (long) size() * examples.stream().mapToInt(Tokens::length).max().orElseThrow();
    }
  }

  static Tokens example(int label, int... ids) {
    return new Tokens(new Example("row", "", List.of("a", "b", "c"), label), ids, List.of(), 0);
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    point.dropoutSeed().ifPresent(dropoutSeeds::add);
    double[] theta = point.theta().toDoubleArray();
    double[] gates = gates(point);
    double[] inTheta = new double[IDS];
    double[] inGates = new double[LAYERS];
    double loss = 0;
    for (Tokens tokens : ((Terms) batch).examples()) {
      for (int id : tokens.ids()) {
        if (id != dropped(point)) {
          double residual = theta[id] * gates[id % LAYERS] - tokens.example().label();
          loss += residual * residual / batch.terms();
          inTheta[id] += 2 * residual * gates[id % LAYERS] / batch.terms();
          inGates[id % LAYERS] += 2 * residual * theta[id] / batch.terms();
        }
      }
    }
    NDArray alpha = scope.create(inAlpha(gates, inGates));
    return new LossGradient(loss, batch.terms(), scope.create(inTheta), Optional.of(alpha));
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    double[] theta = point.theta().toDoubleArray();
    double[] gates = gates(point);
    double[] direction = u.theta().toDoubleArray();
    double[] inTheta = new double[IDS];
    double[] inGates = new double[LAYERS];
    for (Tokens tokens : ((Terms) batch).examples()) {
      for (int id : tokens.ids()) {
        if (id != dropped(point)) {
          double gate = gates[id % LAYERS];
          double slope = 2 * theta[id] * gate - tokens.example().label();
          inTheta[id] += 2 * gate * gate * direction[id] / batch.terms();
          inGates[id % LAYERS] += 2 * slope * direction[id] / batch.terms();
        }
      }
    }
    return new Direction(scope.create(inTheta), scope.create(inAlpha(gates, inGates)));
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    return lossGradient(scope, batch, point).loss();
  }

  /** Adapters of layers add the number of an id, what is frozen is 2, and angles are 0.25. */
  @Override
  public LayerActivity activity(NDManager scope, Batch batch, Point point) {
    assertThat(point.alpha()).isEmpty();
    assertThat(point.dropoutSeed()).isEmpty();
    double[] theta = point.theta().toDoubleArray();
    Double[] squares = {0.0, 0.0};
    Double[] tokens = {0.0, 0.0};
    for (Tokens example : ((Terms) batch).examples()) {
      for (int id : example.ids()) {
        squares[id % LAYERS] += theta[id] * theta[id];
        tokens[id % LAYERS]++;
      }
    }
    return new LayerActivity(
        batch.terms(),
        Arrays.stream(squares).map(List::of).toList(),
        Arrays.stream(tokens).map(n -> List.of(4 * n)).toList(),
        Arrays.stream(tokens).map(n -> 0.25 * n).toList());
  }

  private static int dropped(Point point) {
    return point.dropoutSeed().isPresent()
        ? new SplittableRandom(point.dropoutSeed().getAsLong()).nextInt(IDS)
        : -1;
  }

  private static double[] gates(Point point) {
    double[] alpha = point.alpha().orElseThrow().toDoubleArray();
    double first = LAYERS / (1 + Math.exp(alpha[1] - alpha[0]));
    return new double[] {first, LAYERS - first};
  }

  private static double[] inAlpha(double[] gates, double[] inGates) {
    double mean = (gates[0] * inGates[0] + gates[1] * inGates[1]) / LAYERS;
    return new double[] {gates[0] * (inGates[0] - mean), gates[1] * (inGates[1] - mean)};
  }

  @Override
  public AdapterPlan plan() {
    return new AdapterPlan(new NoMethod(), List.of(0, 1), List.of("table"), Head.classes(3));
  }

  @Override
  public ParameterIndex parameters() {
    return new ParameterIndex(List.of(new Slice(0, new Shape(IDS), new Slice.Head("table"))));
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    return scope.create(seeds.stream("theta").doubles(IDS).toArray());
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new Terms(examples);
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    throw new UnsupportedOperationException("a bilevel problem needs no scores");
  }

  @Override
  public void close() {}

  private static final class NoMethod implements AdapterMethod {

    @Override
    public List<String> targetModules() {
      return List.of();
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of();
    }

    @Override
    public float[] initialValues(
        ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
      return new float[0];
    }

    @Override
    public AdapterScript script() {
      return AdapterScript.of("");
    }

    @Override
    public AdapterForm form() {
      return Map::of;
    }
  }
}
