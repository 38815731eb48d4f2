package io.flexora.transformers.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.ClassGradientReader;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Examples that are computed at once. A subclass lays their tokens out on the device, padded or
 * packed.
 *
 * @since 0.1
 */
public abstract class BatchPart {

  private static final long DROPOUT_STREAM = 0x64726F706F7574L;

  private final NDManager owner;
  private final HeadPlaces places;
  private final int first;
  private List<NDArray> arrays;

  /**
   * Makes a part.
   *
   * @param owner the owner of its arrays
   * @param places the examples, and the places of them that the head reads
   * @param first the place of the first example in the batch
   */
  protected BatchPart(NDManager owner, HeadPlaces places, int first) {
    this.owner = owner;
    this.places = places;
    this.first = first;
  }

  /** The examples, in the order of the batch. */
  public final List<Tokens> examples() {
    return places.examples();
  }

  /** The places that the head reads. */
  public final HeadPlaces places() {
    return places;
  }

  /** The place of the first example in the batch. */
  public final int first() {
    return first;
  }

  /**
   * The same point with a dropout seed of the part's own, that of the point for the first part.
   * With one seed for all parts, rows at the same place in them would have the same mask.
   */
  public final Point at(Point point) {
    if (first == 0 || point.dropoutSeed().isEmpty()) {
      return point;
    }
    long step = point.dropoutSeed().getAsLong();
    return point.withDropout(new SplittableRandom(step ^ DROPOUT_STREAM).nextLong() + first);
  }

  /** The terms that the loss of the part is the mean of. */
  public long terms() {
    return places.size();
  }

  /** The dependences of the arrays beside the examples and the adapters, with {@code equals}. */
  public Object kind() {
    return places.head();
  }

  /** The shape of the states without their last dimension. */
  public abstract Shape shape();

  /** For each text, or each example without a head, the number of its first token. */
  public abstract long[] firstTokens();

  /** The tokens that count, as places among the states, ascending; never padding. */
  public abstract long[] tokens(CountedTokens counted);

  /**
   * Computes the input of the lowest adapted layer from the tokens, and whatever else the layers
   * read.
   *
   * @param owner the owner of the result
   * @param script the model's methods
   * @param weights the frozen arrays
   */
  public abstract List<NDArray> start(NDManager owner, TorchScript script, List<NDArray> weights);

  /**
   * The same at a point of a training whose embeddings are noisy; without noise where the model
   * takes none.
   */
  public List<NDArray> noisyStart(
      NDManager owner, TorchScript script, List<NDArray> weights, Point point) {
    return start(owner, script, weights);
  }

  /** The arrays that the head, or the likelihood of answers, reads. */
  public List<NDArray> targets(NDManager owner) {
    return places.arrays(owner, firstTokens());
  }

  /** For each example the tokens that its scores are computed from. */
  public List<ClassGradientReader.CountedGradients> counted() {
    return places.counted(firstTokens());
  }

  /** Cuts the scores of the part into those of its examples. */
  public double[][] ofExamples(double[] scores) {
    return places.ofExamples(scores);
  }

  /**
   * The arrays on the device, which do not depend on theta; made when they are first asked for.
   *
   * @param make makes the arrays for an owner
   */
  public final List<NDArray> arrays(Function<NDManager, List<NDArray>> make) {
    if (arrays == null) {
      arrays = make.apply(owner);
    }
    return arrays;
  }
}
