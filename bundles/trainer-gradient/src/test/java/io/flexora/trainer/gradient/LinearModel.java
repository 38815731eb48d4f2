package io.flexora.trainer.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Point;
import io.flexora.api.model.Slice;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.transformer.NoAdapter;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Least squares in float64: two weights on the first two token ids and a bias as the head; half the
 * label is the target. Dropout leaves out a weight.
 */
class LinearModel implements AdaptedModel {

  private record Rows(List<Tokens> examples) implements Batch {

    @Override
    public int size() {
      return examples.size();
    }

    @Override
    public long terms() {
      return examples.size();
    }

    @Override
    public long paddedTokens() {
      return 2L * examples.size();
    }
  }

  private final boolean dropout;

  LinearModel(boolean dropout) {
    this.dropout = dropout;
  }

  static Tokens example(int first, int second, int label) {
    Example example = new Example("row", "text", List.of("a", "b", "c", "d"), label);
    return new Tokens(example, new int[] {first, second}, List.of(), 0);
  }

  @Override
  public AdapterPlan plan() {
    return new AdapterPlan(new NoAdapter(), List.of(0), List.of("dense"), 1);
  }

  @Override
  public ParameterIndex parameters() {
    ModuleShape module = new ModuleShape("dense", "layer.%d.dense", 2, 1);
    AdapterParameter weight = new AdapterParameter("A", "lora_A.weight", new Shape(1, 2));
    return new ParameterIndex(
        List.of(
            new Slice(0, weight.shape(), new Slice.Adapter(0, module, weight)),
            new Slice(2, new Shape(1), new Slice.Head("bias"))));
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    return scope.create(new double[3]);
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new Rows(examples);
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    double[] theta = point.theta().toDoubleArray();
    double[] gradient = new double[3];
    double loss = 0;
    List<Tokens> examples = ((Rows) batch).examples();
    for (Tokens tokens : examples) {
      double[] x = inputs(tokens, point);
      double residual = -tokens.example().label() / 2.0;
      for (int i = 0; i < 3; i++) {
        residual += theta[i] * x[i];
      }
      loss += residual * residual / examples.size();
      for (int i = 0; i < 3; i++) {
        gradient[i] += 2 * residual * x[i] / examples.size();
      }
    }
    return new LossGradient(loss, examples.size(), scope.create(gradient), Optional.empty());
  }

  private double[] inputs(Tokens tokens, Point point) {
    double[] x = {tokens.ids()[0], tokens.ids()[1], 1};
    if (dropout && point.dropoutSeed().isPresent()) {
      x[new SplittableRandom(point.dropoutSeed().getAsLong()).nextInt(2)] = 0;
    }
    return x;
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    return lossGradient(scope, batch, point).loss();
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    throw new UnsupportedOperationException("training needs no second derivatives");
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    throw new UnsupportedOperationException("training needs no scores");
  }

  @Override
  public void close() {}
}
