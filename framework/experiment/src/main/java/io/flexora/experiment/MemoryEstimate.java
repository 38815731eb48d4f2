package io.flexora.experiment;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import java.util.Comparator;
import java.util.List;

/**
 * About how much memory the process of a run takes at its peak, in bytes. On a GPU it is the memory
 * of the device.
 *
 * @param process what a process takes before it has a model: the Java virtual machine, the engine
 *     and its libraries; on a GPU the engine's context and libraries
 * @param weights the frozen weights in the compute type, and their file where it stays mapped
 * @param kept hidden states that the model keeps from one evaluation to the next
 * @param activations what the largest step keeps for its backward pass, with every layer adapted
 * @param logits the logits of the labelled tokens of that step with what is made of them; 0 without
 *     a head of the model's own
 * @param secondOrder the graph of the gradient that a product with the Hessian keeps beside that
 * @param thetas theta with every layer adapted, as often as solvers, selectors and the trainer
 *     state that they keep it or what is as long, and what a step makes besides
 * @param spare what the allocator holds beyond what is in use
 * @since 0.1
 */
public record MemoryEstimate(
    long process,
    long weights,
    long kept,
    long activations,
    long logits,
    long secondOrder,
    long thetas,
    long spare) {

  private static final long MIB = 1 << 20;

  /** The size of a float, in which norms, residual connections, theta and logits are computed. */
  private static final long FLOAT = 4;

  /**
   * Java's heap and code, which grow while data is read, and the engine's libraries as far as they
   * are read: about 460 and 110 MiB were measured on Linux.
   */
  private static final long PROCESS_BYTES = 570 * MIB;

  /** Gradient, product, and what an update of theta makes of them. */
  private static final long STEP_ARRAYS = 4;

  /** Logits, their log-softmax, and the gradient of either. */
  private static final long LOGIT_COPIES = 3;

  /**
   * The graph of the gradient keeps about as much as that of the loss, and the way back through
   * both makes as much again.
   */
  private static final double SECOND_ORDER = 2;

  /** The allocator splits what it got back: blocks of other sizes do not fit in. */
  private static final double SPARE = 0.05;

  private static final int USUAL_HEAD_WIDTH = 64;

  /**
   * What a run computes at once.
   *
   * @param batch the largest batch
   * @param secondOrder whether products with the Hessian are taken
   */
  record Step(LargestBatch batch, boolean secondOrder) {}

  /**
   * Estimates from the shapes alone. For its backward pass a layer keeps, of each token, the
   * outputs of its linear modules, the widest of them once more for the activation function, the
   * inputs and the outputs of the adapters, and the inputs of its two norms in float32; of each
   * pair of tokens and head, the attention after its softmax.
   *
   * @param targets the modules that are adapted
   * @param trained the length of theta with every layer adapted
   * @param storedThetas how many arrays of that length are kept
   * @param steps what is computed, of which the largest counts
   * @param evaluated the tokens of the examples that are evaluated
   */
  static MemoryEstimate of(
      ModelShape shape,
      List<ModuleShape> targets,
      ModelMemory memory,
      long trained,
      long storedThetas,
      List<Step> steps,
      long evaluated) {
    MemoryEstimate largest =
        steps.stream()
            .map(step -> ofStep(shape, targets, memory, step))
            .max(Comparator.comparingLong(MemoryEstimate::total))
            .orElse(new MemoryEstimate(0, 0, 0, 0, 0, 0, 0, 0));
    long thetas = (storedThetas + STEP_ARRAYS) * trained * FLOAT;
    return new MemoryEstimate(
        PROCESS_BYTES,
        shape.weightBytes() + memory.mappedBytes(),
        Math.min(memory.keptBytes(), evaluated * shape.hiddenSize() * FLOAT),
        largest.activations,
        largest.logits,
        largest.secondOrder,
        thetas,
        largest.spare);
  }

  private static MemoryEstimate ofStep(
      ModelShape shape, List<ModuleShape> targets, ModelMemory memory, Step step) {
    int segments = Math.min(memory.activationSegments(), shape.layers());
    int layersAtOnce = (shape.layers() + segments - 1) / segments;
    LargestBatch batch = step.batch();
    long between = segments > 1 ? batch.tokens() * shape.hiddenSize() * segments * FLOAT : 0;
    long activations = layersAtOnce * ofLayer(shape, targets, batch) + between;
    long row = shape.vocabulary() * FLOAT;
    long logits = batch.labelled() * row;
    long alive =
        (step.secondOrder() ? logits : Math.min(logits, memory.logitBytes())) * LOGIT_COPIES;
    long graph = step.secondOrder() ? (long) (SECOND_ORDER * (activations + alive)) : 0;
    long spare = (long) (SPARE * (activations + alive + graph));
    return new MemoryEstimate(0, 0, 0, activations, alive, graph, 0, spare);
  }

  private static long ofLayer(ModelShape shape, List<ModuleShape> targets, LargestBatch batch) {
    long bytes = Math.max(2, shape.weightBytes() / Math.max(1, shape.frozenParameters()));
    long outputs = shape.modules().stream().mapToLong(ModuleShape::outputs).sum();
    long widest = shape.modules().stream().mapToLong(ModuleShape::outputs).max().orElse(0);
    long inputs = targets.stream().mapToLong(ModuleShape::inputs).distinct().sum();
    long adapted = targets.stream().mapToLong(ModuleShape::outputs).sum();
    long ofToken = (outputs + widest + inputs + adapted) * bytes + 2L * shape.hiddenSize() * FLOAT;
    long heads = Math.max(1, shape.hiddenSize() / USUAL_HEAD_WIDTH);
    return batch.tokens() * ofToken + heads * batch.attended() * bytes;
  }

  /** What a process takes that has started already, and has loaded the weights or not. */
  MemoryEstimate further(boolean loaded) {
    return new MemoryEstimate(
        0, loaded ? 0 : weights, kept, activations, logits, secondOrder, thetas, spare);
  }

  /** All of it. */
  public long total() {
    return process + weights + kept + activations + logits + secondOrder + thetas + spare;
  }
}
