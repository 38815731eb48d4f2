package io.flexora.transformers.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.head.Head;
import io.flexora.api.head.HeadInput;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Examples as packed token trees, cut into parts that are computed one after the other, so that a
 * batch of long texts takes no more memory than one of short ones.
 *
 * @since 0.1
 */
public final class PackedBatch implements Batch {

  private static final long DROPOUT_STREAM = 0x64726F706F7574L;

  private final NDManager owner;
  private final List<Tokens> examples;
  private final Head head;
  private final Objective objective;
  private final int mostTokens;
  private final Frozen frozen;
  private final double share;
  private final List<PackedPart> lossParts;
  private List<PackedPart> scoreParts;

  /**
   * Makes a batch.
   *
   * @param plan with the head, or what is learnt without one
   * @param mostTokens the most tokens of a part, padding included; a single example may have more
   * @param frozen applies the frozen part of the model
   */
  public PackedBatch(
      NDManager owner, List<Tokens> examples, AdapterPlan plan, int mostTokens, Frozen frozen) {
    this.owner = owner;
    this.examples = List.copyOf(examples);
    this.head = plan.head();
    this.objective = plan.objective();
    this.mostTokens = mostTokens;
    this.frozen = frozen;
    this.share =
        this.examples.size()
            / (double)
                Math.max(1, this.examples.stream().mapToLong(TokenTrees::promptAndAnswer).sum());
    this.lossParts = parts(looksAtAll(), true);
  }

  private boolean looksAtAll() {
    return head.isPresent() || objective.comparesChoices();
  }

  private boolean learnsPrompt() {
    return !head.isPresent() && objective.learnsPrompt();
  }

  /** The states that do not depend on theta. */
  public interface Frozen {

    /** Puts trees on the device and applies the frozen part of the model. */
    List<NDArray> made(NDManager owner, PackedPart part);

    /** The same for an evaluation, which may ask for the same trees again. */
    List<NDArray> kept(NDManager owner, PackedPart part);
  }

  /** Examples that are computed at once. */
  public final class PackedPart {

    private final List<Tokens> own;
    private final int first;
    private final TokenTrees trees;
    private List<NDArray> arrays;
    private final boolean allChoices;
    private final boolean forLoss;

    private PackedPart(List<Tokens> examples, int first, boolean allChoices, boolean forLoss) {
      this.own = List.copyOf(examples);
      this.first = first;
      this.allChoices = allChoices;
      this.forLoss = forLoss;
      this.trees = TokenTrees.of(texts(own), allChoices, forLoss && learnsPrompt());
    }

    /** Its examples, in the order of the batch. */
    public List<Tokens> examples() {
      return own;
    }

    /** The same as token trees. */
    public TokenTrees trees() {
      return trees;
    }

    /** What a head reads of it. */
    public HeadPlaces places() {
      HeadInput reading = head.input() == HeadInput.POOLED ? HeadInput.LAST : head.input();
      return new HeadPlaces(head, reading, own);
    }

    /** For each text, or each example without a head, the number of its first token. */
    public long[] firstTokens() {
      int[] sizes = trees.sizes();
      long[] first = new long[sizes.length];
      for (int i = 1; i < first.length; i++) {
        first[i] = first[i - 1] + sizes[i - 1];
      }
      return first;
    }

    /** How many packed tokens each example has. */
    public int[] sizes() {
      return head.isPresent()
          ? own.stream().mapToInt(e -> e.computedTokens(true)).toArray()
          : trees.sizes();
    }

    /** The place of its first example in the batch. */
    public int first() {
      return first;
    }

    /**
     * The same point with a dropout seed of the part's own, that of the point for the first part.
     * With one seed for all parts, rows at the same place in them would have the same mask.
     */
    public Point at(Point point) {
      if (first == 0 || point.dropoutSeed().isEmpty()) {
        return point;
      }
      long step = point.dropoutSeed().getAsLong();
      return point.withDropout(new SplittableRandom(step ^ DROPOUT_STREAM).nextLong() + first);
    }

    /** The terms that the loss of the part is the mean of. */
    public long terms() {
      if (head.isPresent()) {
        return places().size();
      }
      return objective.terms() == Objective.Terms.TOKENS ? trees.labels() : own.size();
    }

    /**
     * What is on the device, the frozen part of the model already applied, as that does not depend
     * on theta; made when it is first asked for.
     */
    public List<NDArray> arrays() {
      if (arrays == null) {
        arrays = frozen.made(owner, this);
      }
      return arrays;
    }

    /** The same arrays for an evaluation. */
    public List<NDArray> arraysToEvaluate() {
      if (arrays == null) {
        arrays = frozen.kept(owner, this);
      }
      return arrays;
    }

    /** Whether a loss is to be computed, rather than scores alone. */
    public boolean forLoss() {
      return forLoss;
    }

    /** The examples of the batch over its tokens of prompts and right answers. */
    public double share() {
      return share;
    }

    /** What the arrays depend on beside the examples and the adapters. */
    public Object kind() {
      boolean prompts = forLoss && learnsPrompt();
      boolean reference = forLoss && objective.needsReference();
      return List.of(head, allChoices, prompts, reference, prompts ? share : 0);
    }
  }

  /** Each text of an example by itself, where a head reads them. */
  private List<Tokens> texts(List<Tokens> of) {
    return head.isPresent()
        ? of.stream()
            .flatMap(
                e -> e.texts().stream().map(t -> new Tokens(e.example(), List.of(t), List.of(), 0)))
            .toList()
        : of;
  }

  private List<PackedPart> parts(boolean allChoices, boolean forLoss) {
    List<PackedPart> parts = new ArrayList<>();
    List<Tokens> open = new ArrayList<>();
    int first = 0;
    int longest = 0;
    for (Tokens example : examples) {
      int length = TokenTrees.length(example, allChoices);
      int grown = Math.max(longest, length);
      boolean full = (long) grown * (open.size() + 1) > mostTokens;
      if (!open.isEmpty() && full && !head.comparesExamples()) {
        parts.add(new PackedPart(open, first, allChoices, forLoss));
        first += open.size();
        open.clear();
        grown = length;
      }
      open.add(example);
      longest = grown;
    }
    parts.add(new PackedPart(open, first, allChoices, forLoss));
    return parts;
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public long terms() {
    return lossParts.stream().mapToLong(PackedPart::terms).sum();
  }

  @Override
  public long paddedTokens() {
    return lossParts.stream().mapToLong(part -> part.trees.ids().length).sum();
  }

  /** The parts of the batch for its loss. */
  public List<PackedPart> forLoss() {
    return lossParts;
  }

  private boolean isAlsoForScores() {
    return looksAtAll() && !learnsPrompt();
  }

  /** The parts of the batch for the scores of all choices. */
  public List<PackedPart> forScores() {
    if (scoreParts == null) {
      scoreParts = isAlsoForScores() ? lossParts : parts(true, false);
    }
    return scoreParts;
  }
}
