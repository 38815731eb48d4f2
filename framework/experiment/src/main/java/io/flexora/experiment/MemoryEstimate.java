package io.flexora.experiment;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.selection.SelectionCost;
import java.util.List;

/**
 * About how much memory a run takes at its peak, in bytes.
 *
 * @param weights the frozen weights in the compute type
 * @param activations what a training step with every layer adapted keeps for its backward pass
 * @param logits the logits of the labelled tokens, float32, with their gradient; 0 without a head
 *     of the model's own
 * @param search what a search takes beyond a training step: the graph of its second derivatives,
 *     and the states of the inner steps that it goes back through
 * @param training theta with every layer adapted, its gradient, the optimiser's state and spares
 * @since 0.1
 */
public record MemoryEstimate(
    long weights, long activations, long logits, long search, long training) {

  private static final long FLOAT = 4;

  /** Theta, its gradient, two moments, the best theta and one spare. */
  private static final long TRAINED_COPIES = 6;

  /** Logits, their log-softmax, and the gradient of either. */
  private static final long LOGIT_COPIES = 3;

  private static final int USUAL_HEAD_WIDTH = 64;

  /**
   * What is computed at once.
   *
   * @param tokens the tokens of a batch, padding included
   * @param longest the longest sequence of the batch, in tokens
   * @param labelled the tokens that the loss counts
   * @param segments the segments of layers of which one at a time keeps its activations
   */
  record BatchSize(long tokens, int longest, long labelled, int segments) {}

  /**
   * Estimates from the shapes alone. For its backward pass a layer keeps the outputs of its linear
   * modules, the widest of them once more for the activation function, the inputs of adapted
   * modules, some copies of its hidden states, and its attention matrices. Second derivatives keep
   * one and a half times that again, as measured.
   *
   * @param targets the modules that are adapted
   * @param trained the length of theta with every layer adapted
   */
  static MemoryEstimate of(
      ModelShape shape,
      List<ModuleShape> targets,
      long trained,
      BatchSize batch,
      SelectionCost search) {
    long bytes = Math.max(2, shape.weightBytes() / Math.max(1, shape.frozenParameters()));
    int segments = Math.max(1, Math.min(batch.segments(), shape.layers()));
    int layersAtOnce = (shape.layers() + segments - 1) / segments;
    long between = segments > 1 ? batch.tokens() * shape.hiddenSize() * segments * FLOAT : 0;
    long activations =
        batch.tokens() * layersAtOnce * perToken(shape, targets, batch.longest()) * bytes + between;
    long logits = batch.labelled() * shape.vocabulary() * LOGIT_COPIES * FLOAT;
    long graph = search.hessianProducts().examples() > 0 ? (activations + logits) * 3 / 2 : 0;
    long history = search.storedThetas() * trained * FLOAT;
    return new MemoryEstimate(
        shape.weightBytes(),
        activations,
        logits,
        graph + history,
        trained * TRAINED_COPIES * FLOAT);
  }

  private static long perToken(ModelShape shape, List<ModuleShape> targets, int longest) {
    long outputs = shape.modules().stream().mapToLong(ModuleShape::outputs).sum();
    long widest = shape.modules().stream().mapToLong(ModuleShape::outputs).max().orElse(0);
    long inputs = targets.stream().mapToLong(ModuleShape::inputs).distinct().sum();
    long attention = 2L * longest * Math.max(1, shape.hiddenSize() / USUAL_HEAD_WIDTH);
    return outputs + widest + inputs + 4L * shape.hiddenSize() + attention;
  }

  /** The estimate where the weights are in memory already. */
  MemoryEstimate withoutWeights() {
    return new MemoryEstimate(0, activations, logits, search, training);
  }

  /** All of it. */
  public long total() {
    return weights + activations + logits + search + training;
  }
}
