package io.flexora.experiment.estimate;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import java.util.Comparator;
import java.util.List;

/**
 * About how much memory the process of a run takes at its peak, in bytes. On a GPU it is the memory
 * of the device.
 *
 * @param process what a process takes that has a model without weights and a batch without tokens:
 *     the Java virtual machine, the engine and its libraries; on a GPU the engine's context and
 *     libraries
 * @param weights the frozen weights as they lie in memory, and their file where it stays mapped
 * @param kept hidden states that the model keeps from one evaluation to the next
 * @param activations of the largest step, with every layer adapted: what its backward pass keeps,
 *     of one segment and the hidden states between segments where layers are recomputed; of a loss
 *     alone what a layer has at once; and the matrices that it dequantises
 * @param logits the logits of the labelled tokens of that step with what is made of them; 0 without
 *     a head of the model's own
 * @param secondOrder the graph of the gradient that a product with the Hessian keeps beside that,
 *     and of those that are kept for later products
 * @param thetas theta with every layer adapted, as often as solvers, selectors and the trainer
 *     state that they keep it or what is as long, and what a step makes besides
 * @param bases copies of the frozen matrices that the trainer changes
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
    long bases,
    long spare) {

  private static final long MIB = 1 << 20;

  private static final MemoryEstimate NOTHING = new MemoryEstimate(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The size of a float, in which norms, residual connections, theta and logits are computed. */
  private static final long FLOAT = 4;

  /**
   * Measured on Linux, as the launcher starts Java: a heap of 30 to 125 MiB for texts and tokens,
   * 50 of code and classes, 100 of the engine's libraries, and 110 to 170 of what they allocate for
   * the tokenizer, programs and scratch space.
   */
  private static final long PROCESS_BYTES = 370 * MIB;

  /**
   * Products in bf16 that oneDNN has compiled, one for each number of rows: 128 of about 0.6 MiB,
   * as the launcher has it keep.
   */
  private static final long COMPILED_BYTES = 80 * MIB;

  /** Gradient, product, and what an update of theta makes of them. */
  private static final long STEP_ARRAYS = 4;

  /** Logits, their log-softmax, and the gradient of either. */
  private static final long LOGIT_COPIES = 3;

  /** What the backward pass and the way back through both passes keep, in forward passes. */
  private static final double SECOND_ORDER = 1.5;

  /** What the backward pass alone keeps, in forward passes. */
  private static final double KEPT_GRAPH = 1;

  /**
   * What is alive at once of what a layer would keep, where nothing is kept for a backward pass.
   */
  private static final double FORWARD = 0.6;

  /**
   * What the layer at work adds to what all keep, and the allocator's blocks that nothing fits
   * into.
   */
  private static final double SPARE = 0.10;

  /** The masks of a pruned number, in bytes. */
  private static final double MASKS = 2;

  private static final int USUAL_HEAD_WIDTH = 64;

  private static final double MOST_BYTES = 1L << 60;

  /**
   * The largest computation of a run at once.
   *
   * @param batch the largest batch
   * @param order how many derivatives are taken: 0 for a loss alone, 2 where products with the
   *     Hessian are
   * @param kept the gradients whose graph stays in memory meanwhile, for a product to come
   */
  record LargestStep(LargestBatch batch, int order, List<LargestStep> kept) {

    /** A step beside which nothing stays. */
    LargestStep(LargestBatch batch, int order) {
      this(batch, order, List.of());
    }
  }

  /**
   * Estimates from the shapes alone.
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
      List<LargestStep> steps,
      long evaluated) {
    MemoryEstimate largest =
        steps.stream()
            .map(
                step ->
                    step.kept().stream()
                        .map(graph -> ofStep(shape, targets, memory, graph, KEPT_GRAPH))
                        .reduce(
                            ofStep(shape, targets, memory, step, SECOND_ORDER),
                            MemoryEstimate::plus))
            .max(Comparator.comparingLong(MemoryEstimate::total))
            .orElse(NOTHING);
    // Of absurd options the product does not fit into a long; a double that is too large is cut.
    double thetas = (storedThetas + STEP_ARRAYS) * (double) trained * FLOAT;
    return new MemoryEstimate(
        PROCESS_BYTES + (shape.computeBytes() < FLOAT ? COMPILED_BYTES : 0),
        shape.weightBytes() + memory.mappedBytes(),
        Math.min(memory.keptBytes(), evaluated * shape.hiddenSize() * FLOAT),
        largest.activations,
        largest.logits,
        largest.secondOrder,
        (long) Math.min(MOST_BYTES, thetas),
        0,
        largest.spare);
  }

  private MemoryEstimate plus(MemoryEstimate other) {
    return new MemoryEstimate(
        process + other.process,
        weights + other.weights,
        kept + other.kept,
        activations + other.activations,
        logits + other.logits,
        secondOrder + other.secondOrder,
        thetas + other.thetas,
        bases + other.bases,
        spare + other.spare);
  }

  /**
   * This with pruned copies of the matrices of all layers: beside each the mask, which the trainer
   * and the model have, and the matrices that are merged with their adapters at once, those of the
   * layers at work or, for a text, those of all layers.
   *
   * @param segments the segments of layers of which one at a time keeps what its backward pass
   *     needs
   * @param mergedForTexts the modules of a layer that are merged for all tokens of a text; empty
   *     where no text is generated
   */
  MemoryEstimate withBases(
      int copies, ModelShape shape, int segments, List<ModuleShape> mergedForTexts) {
    double matrices = numbers(shape, shape.modules());
    double merged =
        Math.max(matrices / Math.min(segments, shape.layers()), numbers(shape, mergedForTexts));
    double perNumber = shape.weightBytes() / (double) Math.max(1, shape.frozenParameters());
    return new MemoryEstimate(
        process,
        weights,
        kept,
        activations,
        logits,
        secondOrder,
        thetas,
        (long) (copies * (matrices * (perNumber + MASKS) + FLOAT * merged)),
        spare);
  }

  /** The numbers of the matrices of some modules, in all layers. */
  private static double numbers(ModelShape shape, List<ModuleShape> modules) {
    return shape.layers()
        * modules.stream().mapToDouble(m -> (double) m.inputs() * m.outputs()).sum();
  }

  /**
   * This with several devices that have their memory in common: each has a step of its own and the
   * gradient of it, the weights are there once.
   *
   * @param trained the length of theta with every layer adapted
   */
  MemoryEstimate withCopies(int copies, long trained) {
    double gradients = (copies - 1) * (double) trained * FLOAT * STEP_ARRAYS;
    return new MemoryEstimate(
        process,
        weights,
        kept,
        activations * copies,
        logits * copies,
        secondOrder * copies,
        thetas + (long) Math.min(MOST_BYTES, gradients),
        bases,
        spare * copies);
  }

  private static MemoryEstimate ofStep(
      ModelShape shape,
      List<ModuleShape> targets,
      ModelMemory memory,
      LargestStep step,
      double secondOrder) {
    LargestBatch batch = step.batch();
    int segments = Math.min(memory.activationSegments(), shape.layers());
    int together = (shape.layers() + segments - 1) / segments;
    double layersAtOnce = step.order() == 0 ? FORWARD : together;
    ModelMemory.Layer layer = ofLayer(shape, targets, memory.layer());
    long states = batch.tokens() * shape.hiddenSize() * FLOAT;
    long between = step.order() > 0 && segments > 1 ? states * segments : 0;
    boolean twice = step.order() > 1;
    long ofLayers =
        (long) (layersAtOnce * (batch.tokens() * layer.ofToken() + ofPairs(layer, batch, twice)));
    long graph =
        twice
            ? (long) (secondOrder * ofLayers)
                + between
                + (long) (layersAtOnce * batch.tokens() * layer.ofTokenTwice())
            : 0;
    long spare = (long) (SPARE * (ofLayers + graph));
    return new MemoryEstimate(
        0,
        0,
        0,
        ofLayers + between + unpacked(memory.unpacked(), step.order()),
        logits(shape, memory, batch, twice),
        graph,
        0,
        0,
        spare);
  }

  private static long ofPairs(ModelMemory.Layer layer, LargestBatch batch, boolean twice) {
    return twice || batch.longest() < layer.longTexts().from()
        ? batch.attended() * layer.ofPair()
        : batch.tokens() * layer.longTexts().ofToken();
  }

  private static long unpacked(ModelMemory.Unpacked matrices, int order) {
    return switch (order) {
      case 0 -> matrices.forLoss();
      case 1 -> matrices.forGradient();
      default -> matrices.forProduct();
    };
  }

  /** A graph of second derivatives keeps the probabilities of all tokens of the batch. */
  private static long logits(
      ModelShape shape, ModelMemory memory, LargestBatch batch, boolean twice) {
    long all = batch.labelled() * shape.vocabulary() * FLOAT;
    return Math.min(all, memory.logitBytes()) * LOGIT_COPIES + (twice ? all : 0);
  }

  /**
   * What a layer keeps with its adapters. Those compute in float32: of a model in a narrower type
   * they keep a copy of their inputs, otherwise they read what the layer keeps.
   */
  private static ModelMemory.Layer ofLayer(
      ModelShape shape, List<ModuleShape> targets, ModelMemory.Layer stated) {
    long bytes = shape.computeBytes();
    long copied = bytes < FLOAT ? FLOAT * targets.stream().mapToLong(ModuleShape::inputs).sum() : 0;
    ModelMemory.Layer layer =
        stated.equals(ModelMemory.Layer.UNKNOWN) ? usual(shape, bytes) : stated;
    return new ModelMemory.Layer(
        layer.ofToken() + copied, layer.ofPair(), layer.ofTokenTwice(), layer.longTexts());
  }

  /** Inputs and outputs of all modules, the inputs of two norms, and heads of the usual width. */
  private static ModelMemory.Layer usual(ModelShape shape, long bytes) {
    long modules = shape.modules().stream().mapToLong(m -> m.inputs() + m.outputs()).sum();
    long heads = Math.max(1, shape.hiddenSize() / USUAL_HEAD_WIDTH);
    return new ModelMemory.Layer(
        modules * bytes + 2L * shape.hiddenSize() * FLOAT, heads * bytes, 0);
  }

  /** What a process takes that has started already, and has loaded the weights or not. */
  public MemoryEstimate further(boolean loaded) {
    return new MemoryEstimate(
        0, loaded ? 0 : weights, kept, activations, logits, secondOrder, thetas, bases, spare);
  }

  /** All of it. */
  public long total() {
    return process + weights + kept + activations + logits + secondOrder + thetas + bases + spare;
  }
}
