package io.flexora.transformers.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.ClassGradientReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Examples as packed token trees, cut into parts that are computed one after the other, so that a
 * batch of long texts takes no more memory than one of short ones.
 *
 * @since 0.1
 */
public final class PackedBatch implements PartedBatch {

  private final NDManager owner;
  private final List<Tokens> examples;
  private final Head head;
  private final Objective objective;
  private final int mostTokens;
  private final int hidden;
  private final Targets likelihood;
  private final double share;
  private final List<Part> lossParts;
  private List<Part> scoreParts;

  /** The arrays that the likelihood of answers reads, where there is no head. */
  @FunctionalInterface
  public interface Targets {

    /** Puts the tokens to predict on the device. */
    List<NDArray> of(NDManager owner, Part part);
  }

  /**
   * Makes a batch.
   *
   * @param plan with the head, or what is learnt without one
   * @param mostTokens the most tokens of a part, padding included; a single example may have more
   * @param hidden the width of an embedding
   * @param likelihood what is read without a head
   */
  public PackedBatch(
      NDManager owner,
      List<Tokens> examples,
      AdapterPlan plan,
      int mostTokens,
      int hidden,
      Targets likelihood) {
    this.owner = owner;
    this.examples = List.copyOf(examples);
    this.head = plan.head();
    this.objective = plan.objective();
    this.mostTokens = mostTokens;
    this.hidden = hidden;
    this.likelihood = likelihood;
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

  /** Examples that are computed at once. */
  public final class Part extends BatchPart {

    private final TokenTrees trees;
    private final boolean allChoices;
    private final boolean forLoss;

    private Part(List<Tokens> own, int first, boolean allChoices, boolean forLoss) {
      super(owner, new HeadPlaces(head, reading(), own), first);
      this.allChoices = allChoices;
      this.forLoss = forLoss;
      this.trees = TokenTrees.of(texts(own), allChoices, forLoss && learnsPrompt());
    }

    /** The same as token trees. */
    public TokenTrees trees() {
      return trees;
    }

    /** Whether a loss is to be computed, rather than scores alone. */
    public boolean forLoss() {
      return forLoss;
    }

    /** The examples of the batch over its tokens of prompts and right answers. */
    public double share() {
      return share;
    }

    @Override
    public Shape shape() {
      return new Shape(trees.ids().length);
    }

    @Override
    public long[] firstTokens() {
      int[] sizes = trees.sizes();
      long[] first = new long[sizes.length];
      for (int i = 1; i < first.length; i++) {
        first[i] = first[i - 1] + sizes[i - 1];
      }
      return first;
    }

    /**
     * Each token that the loss computes, once: the prompt of a question, and behind it the right
     * answer, or, where the choice among answers is learnt, all of them. Where there is a head, all
     * tokens of its texts.
     */
    @Override
    public long[] tokens(CountedTokens counted) {
      return counted == CountedTokens.ALL || head.isPresent() ? trees.all() : trees.answers();
    }

    @Override
    public long terms() {
      if (head.isPresent()) {
        return super.terms();
      }
      return objective.terms() == Objective.Terms.TOKENS ? trees.labels() : examples().size();
    }

    @Override
    public Object kind() {
      boolean prompts = forLoss && learnsPrompt();
      boolean reference = forLoss && objective.needsReference();
      return List.of(head, allChoices, prompts, reference, prompts ? share : 0);
    }

    @Override
    public List<NDArray> start(NDManager owner, TorchScript script, List<NDArray> weights) {
      return start(owner, script, weights, new float[0], new Shape(0));
    }

    @Override
    public List<NDArray> noisyStart(
        NDManager owner, TorchScript script, List<NDArray> weights, Point point) {
      long seed = point.dropoutSeed().orElseThrow();
      float[] noise = EmbeddingNoise.of(trees, hidden, point.embeddingNoise(), seed, first());
      return start(owner, script, weights, noise, new Shape(trees.ids().length, hidden));
    }

    private List<NDArray> start(
        NDManager owner, TorchScript script, List<NDArray> weights, float[] noise, Shape ofNoise) {
      Shape padded = new Shape(trees.examples(), trees.longest());
      try (NDManager temporary = owner.newSubManager()) {
        Arguments arguments =
            new Arguments(temporary)
                .with("w", weights)
                .with("ids", NativeArrays.of(temporary, trees.ids()))
                .with("positions", NativeArrays.of(temporary, trees.positions()))
                .with("branch", NativeArrays.of(temporary, trees.branch(), padded))
                .with("place", NativeArrays.of(temporary, trees.place(), padded))
                .with("gather", NativeArrays.of(temporary, trees.gather()))
                .with("scatter", NativeArrays.of(temporary, trees.scatter()))
                .with("noise", NativeArrays.of(temporary, noise, ofNoise));
        NDList started = script.call("start", arguments);
        started.attach(owner);
        return started;
      }
    }

    @Override
    public List<NDArray> targets(NDManager owner) {
      return head.isPresent() ? super.targets(owner) : likelihood.of(owner, this);
    }

    @Override
    public List<ClassGradientReader.CountedGradients> counted() {
      if (head.isPresent()) {
        return super.counted();
      }
      List<long[]> tokens = trees.before();
      long[] rows = trees.rows();
      List<ClassGradientReader.CountedGradients> counted = new ArrayList<>();
      for (int e = 0; e < tokens.size(); e++) {
        long[] own = tokens.get(e);
        int[] read =
            IntStream.range(0, own.length)
                .filter(i -> Arrays.binarySearch(rows, own[i]) >= 0)
                .toArray();
        int classes = examples().get(e).choices().size();
        counted.add(new ClassGradientReader.CountedGradients(own, read, classes));
      }
      return counted;
    }

    @Override
    public double[][] ofExamples(double[] scores) {
      if (head.isPresent()) {
        return super.ofExamples(scores);
      }
      double[][] rows = new double[examples().size()][];
      int width = scores.length / rows.length;
      for (int e = 0; e < rows.length; e++) {
        int choices = examples().get(e).choices().size();
        rows[e] = Arrays.copyOfRange(scores, e * width, e * width + choices);
      }
      return rows;
    }
  }

  private Head.Input reading() {
    return head.input() == Head.Input.POOLED ? Head.Input.LAST : head.input();
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

  private List<Part> parts(boolean allChoices, boolean forLoss) {
    List<Part> parts = new ArrayList<>();
    List<Tokens> open = new ArrayList<>();
    int first = 0;
    int longest = 0;
    for (Tokens example : examples) {
      int length = TokenTrees.length(example, allChoices);
      int grown = Math.max(longest, length);
      boolean full = (long) grown * (open.size() + 1) > mostTokens;
      if (!open.isEmpty() && full && !head.comparesExamples()) {
        parts.add(new Part(open, first, allChoices, forLoss));
        first += open.size();
        open.clear();
        grown = length;
      }
      open.add(example);
      longest = grown;
    }
    parts.add(new Part(open, first, allChoices, forLoss));
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

  @Override
  public List<Part> forLoss() {
    return lossParts;
  }

  private boolean isAlsoForScores() {
    return looksAtAll() && !learnsPrompt();
  }

  /** The parts for the scores of all choices. */
  @Override
  public List<Part> forScores() {
    if (scoreParts == null) {
      scoreParts = isAlsoForScores() ? lossParts : parts(true, false);
    }
    return scoreParts;
  }
}
