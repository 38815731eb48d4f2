package io.flexora.transformers.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Objective;
import io.flexora.api.model.Tokens;
import java.util.ArrayList;
import java.util.List;

/**
 * Examples as packed token trees, cut into parts that are computed one after the other, so that a
 * batch of long texts takes no more memory than one of short ones.
 */
public final class PackedBatch implements Batch {

  private final NDManager owner;
  private final List<Tokens> examples;
  private final Objective objective;
  private final int mostTokens;
  private final Frozen frozen;
  private final List<Part> lossParts;
  private List<Part> scoreParts;

  /**
   * Makes a batch.
   *
   * @param mostTokens the most tokens of a part, padding included; a single example may have more
   * @param frozen applies the frozen part of the model
   */
  public PackedBatch(
      NDManager owner, List<Tokens> examples, Objective objective, int mostTokens, Frozen frozen) {
    this.owner = owner;
    this.examples = List.copyOf(examples);
    this.objective = objective;
    this.mostTokens = mostTokens;
    this.frozen = frozen;
    this.lossParts = parts(objective == Objective.CHOICES);
  }

  /** What does not depend on theta. */
  public interface Frozen {

    /** Puts trees on the device and applies the frozen part of the model. */
    List<NDArray> made(NDManager owner, TokenTrees trees);

    /** The same for an evaluation, which may ask for the same trees again. */
    List<NDArray> kept(NDManager owner, Part part);
  }

  /** Examples that are computed at once. */
  public final class Part {

    private final List<Tokens> own;
    private final TokenTrees trees;
    private List<NDArray> arrays;
    private final boolean allChoices;

    private Part(List<Tokens> examples, boolean allChoices) {
      this.own = List.copyOf(examples);
      this.allChoices = allChoices;
      this.trees = allChoices ? TokenTrees.ofChoices(own) : TokenTrees.ofAnswers(own);
    }

    public List<Tokens> examples() {
      return own;
    }

    public TokenTrees trees() {
      return trees;
    }

    /** The terms that the loss of the part is the mean of. */
    public long terms() {
      return objective == Objective.ANSWER ? trees.labels() : own.size();
    }

    /**
     * What is on the device, the frozen part of the model already applied, as that does not depend
     * on theta; made when it is first asked for.
     */
    public List<NDArray> arrays() {
      if (arrays == null) {
        arrays = frozen.made(owner, trees);
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

    /** Whether the trees have all choices of the examples. */
    public boolean allChoices() {
      return allChoices;
    }
  }

  private List<Part> parts(boolean allChoices) {
    List<Part> parts = new ArrayList<>();
    List<Tokens> open = new ArrayList<>();
    int longest = 0;
    for (Tokens example : examples) {
      int length = TokenTrees.length(example, allChoices);
      int grown = Math.max(longest, length);
      if (!open.isEmpty() && (long) grown * (open.size() + 1) > mostTokens) {
        parts.add(new Part(open, allChoices));
        open.clear();
        grown = length;
      }
      open.add(example);
      longest = grown;
    }
    parts.add(new Part(open, allChoices));
    return parts;
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public long terms() {
    return lossParts.stream().mapToLong(Part::terms).sum();
  }

  @Override
  public long paddedTokens() {
    return lossParts.stream().mapToLong(part -> part.trees.ids().length).sum();
  }

  /** The parts of the batch for its loss. */
  public List<Part> forLoss() {
    return lossParts;
  }

  /** The parts of the batch for the scores of all choices. */
  public List<Part> forScores() {
    if (scoreParts == null) {
      scoreParts = objective == Objective.CHOICES ? lossParts : parts(true);
    }
    return scoreParts;
  }
}
