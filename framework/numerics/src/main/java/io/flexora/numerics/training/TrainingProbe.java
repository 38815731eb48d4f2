package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import io.flexora.numerics.layer.LayerMask;
import io.flexora.numerics.vector.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Losses on training examples at one theta.
 *
 * @since 0.1
 */
public final class TrainingProbe implements Probe {

  private final AdaptedModel model;
  private final List<Tokens> examples;
  private final Seeds seeds;
  private final int batchSize;
  private final NDArray theta;

  /**
   * Makes a probe.
   *
   * @param batchSize how many examples go through the model at once
   */
  public TrainingProbe(
      AdaptedModel model, List<Tokens> examples, Seeds seeds, int batchSize, NDArray theta) {
    this.model = model;
    this.examples = examples;
    this.seeds = seeds;
    this.batchSize = batchSize;
    this.theta = theta;
  }

  @Override
  public double loss(long batch, int count, Map<Integer, Double> scales) {
    requireScalable(scales);
    List<Tokens> some = examples(batch, count);
    List<int[]> batches = BatchOrder.sorted(lengths(some), batchSize);
    try (Workspace work = new Workspace(theta.getManager())) {
      NDManager own = work.temporary();
      NDArray factors =
          LayerMask.of(own, model.parameters(), theta.getDataType(), s -> factor(s, scales));
      Point point = Point.of(work.share(theta).mul(factors));
      double loss = new BatchedLoss(model, some).loss(own, batches, point);
      if (!Double.isFinite(loss)) {
        throw new FlexoraException(
            ("training diverged: the loss that the strategy asked for is %s; lower learning_rate,"
                    + " or set max_grad_norm: 1")
                .formatted(loss));
      }
      return loss;
    }
  }

  /** Each batch has as many examples as asked for: the rest at the end of an epoch is left out. */
  private List<Tokens> examples(long batch, int count) {
    BatchOrder order = new BatchOrder(lengths(examples), count, 1, seeds, "probe");
    int whole = Math.max(1, examples.size() / count);
    long step = batch / whole * order.stepsPerEpoch() + batch % whole;
    return Arrays.stream(order.batches(step).get(0)).mapToObj(examples::get).toList();
  }

  private static List<Integer> lengths(List<Tokens> examples) {
    return examples.stream().map(Tokens::length).toList();
  }

  private double factor(Slice slice, Map<Integer, Double> scales) {
    return scales(slice) ? scales.getOrDefault(slice.layer().orElseThrow(), 1.0) : 1;
  }

  private boolean scales(Slice slice) {
    return slice.owner() instanceof Slice.Adapter adapter
        && model.plan().method().isLinearIn(adapter.parameter());
  }

  private void requireScalable(Map<Integer, Double> scales) {
    for (int layer : new TreeSet<>(scales.keySet())) {
      List<Slice> slices = model.parameters().ofLayer(layer);
      if (slices.isEmpty()) {
        throw new FlexoraException(
            "the strategy scales the adapter of layer %d, but only the layers %s have one"
                .formatted(layer, model.plan().layers()));
      }
      if (slices.stream().noneMatch(this::scales)) {
        throw new FlexoraException(
            ("the strategy scales what the layers' adapters add, but no parameter of %s does that;"
                    + " choose another one, such as adapter: lora, or another strategy")
                .formatted(model.plan().adapterPhrase()));
      }
    }
  }
}
