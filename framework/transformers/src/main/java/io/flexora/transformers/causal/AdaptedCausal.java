package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.LayerwiseModel.States;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.ability.ReferenceScores;
import io.flexora.api.ability.Sampling;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.adapter.ActivationTokens;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.batch.ActivitySum;
import io.flexora.numerics.batch.LossMean;
import io.flexora.numerics.batch.TermMean;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.ClassGradientReader;
import io.flexora.numerics.transformer.ExampleSeed;
import io.flexora.numerics.vector.Workspace;
import io.flexora.transformers.batch.EmbeddingNoise;
import io.flexora.transformers.batch.PackedBatch;
import io.flexora.transformers.batch.TokenTrees;
import io.flexora.transformers.export.MergedExport;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.generation.Generation;
import io.flexora.transformers.generation.MergedArrays;
import io.flexora.transformers.model.AdaptedTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A language model with adapters, as a function of theta and the gates.
 *
 * @since 0.1
 */
public final class AdaptedCausal extends AdaptedTransformer
    implements TextGenerator, ReferenceScores, NoisyEmbeddings {

  /** The logits of one chunk of rows, in float32, take about this many bytes. */
  static final int LOGIT_BYTES = 64 << 20;

  private static final int LEAST_ROWS = 16;

  private static final Sampling GREEDY = new Sampling(1, 0, 1, 0, Set.of());

  private final CausalModel model;

  AdaptedCausal(CausalModel model, AdapterPlan plan) {
    this(model, AdapterLayout.of(plan, model.shape(), model.masks()));
  }

  private AdaptedCausal(CausalModel model, AdapterLayout layout) {
    super(model, layout, text(model, layout) + merging(model, layout));
    this.model = model;
  }

  private static String merging(CausalModel model, AdapterLayout layout) {
    return layout.merges()
        ? new MergedLayer(model.description().arrays(), model.shape(), layout).torchScript()
        : "";
  }

  private static String text(CausalModel model, AdapterLayout layout) {
    return CausalText.of(model.description(), model.packed(), layout);
  }

  @Override
  protected String textOfAllTokens() {
    return text(model, layout());
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new PackedBatch(scope, examples, plan(), model.maxBatchTokens(), new FrozenPart());
  }

  @Override
  public LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    try (Workspace work = new Workspace(scope)) {
      TermMean theta = new TermMean(work);
      TermMean alpha = new TermMean(work);
      LossMean loss = new LossMean();
      for (PackedBatch.PackedPart part : ((PackedBatch) batch).forLoss()) {
        try (NDManager one = work.temporary().newSubManager()) {
          List<NDArray> arrays = arrays(one, part, point);
          LossGradient found =
              differentiation()
                  .lossGradient(one, part.at(point), model.weights(), arrays, part.terms(), layers);
          loss.add(found.loss(), found.terms());
          theta.add(found.theta(), found.terms());
          found.alpha().ifPresent(a -> alpha.add(a, found.terms()));
        }
      }
      return new LossGradient(loss.value(), loss.terms(), theta.kept().orElseThrow(), alpha.kept());
    }
  }

  /** The arrays of a part; with noise on the embeddings they are of use once. */
  private List<NDArray> arrays(NDManager owner, PackedBatch.PackedPart part, Point point) {
    if (point.dropoutSeed().isEmpty() || point.embeddingNoise() == 0) {
      return part.arrays();
    }
    int hidden = model.description().hidden();
    long seed = point.dropoutSeed().getAsLong();
    TokenTrees trees = part.trees();
    float[] noise = EmbeddingNoise.of(trees, hidden, point.embeddingNoise(), seed, part.first());
    return frozen(
        owner, part, NativeArrays.of(owner, noise, new Shape(trees.ids().length, hidden)));
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    LossMean loss = new LossMean();
    for (PackedBatch.PackedPart part : ((PackedBatch) batch).forLoss()) {
      loss.add(
          differentiation().loss(scope, part.at(point), model.weights(), part.arraysToEvaluate()),
          part.terms());
    }
    return loss.value();
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    try (Workspace work = new Workspace(scope)) {
      TermMean theta = new TermMean(work);
      TermMean alpha = new TermMean(work);
      for (PackedBatch.PackedPart part : ((PackedBatch) batch).forLoss()) {
        try (NDManager one = work.temporary().newSubManager()) {
          Direction found =
              differentiation()
                  .hessianProduct(one, part.at(point), model.weights(), part.arrays(), u);
          theta.add(found.theta(), part.terms());
          alpha.add(found.alpha(), part.terms());
        }
      }
      return new Direction(theta.kept().orElseThrow(), alpha.kept().orElseThrow());
    }
  }

  /**
   * Keeps the graph of a batch that is computed at once; of others each part would have its own.
   */
  @Override
  public GradientRecord record(NDManager scope, Batch batch, Point point) {
    List<PackedBatch.PackedPart> parts = ((PackedBatch) batch).forLoss();
    if (parts.size() > 1) {
      return super.record(scope, batch, point);
    }
    PackedBatch.PackedPart part = parts.get(0);
    return differentiation()
        .record(scope, point, model.weights(), arrays(scope, part, point), part.terms());
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    return ((PackedBatch) batch)
        .forScores().stream()
            .flatMap(part -> Arrays.stream(scores(scope, part, part.at(point), List.of())))
            .toArray(double[][]::new);
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point, long[] seeds) {
    List<PackedBatch.PackedPart> parts = ((PackedBatch) batch).forScores();
    int[] rows = parts.stream().flatMapToInt(part -> Arrays.stream(part.sizes())).toArray();
    List<ExampleSeed> examples = ExampleSeed.of(seeds, rows);
    List<double[]> found = new ArrayList<>();
    for (PackedBatch.PackedPart part : parts) {
      List<ExampleSeed> own = examples.subList(found.size(), found.size() + part.examples().size());
      found.addAll(Arrays.asList(scores(scope, part, point, own)));
    }
    return found.toArray(double[][]::new);
  }

  private double[][] scores(
      NDManager scope, PackedBatch.PackedPart part, Point point, List<ExampleSeed> seeds) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          differentiation()
              .arguments(temporary, point, model.weights(), part.arraysToEvaluate(), seeds);
      NDArray scores = differentiation().script().call("scores", arguments).singletonOrThrow();
      double[] flat = ArrayValues.of(scores);
      if (plan().head().isPresent()) {
        return part.places().ofExamples(flat);
      }
      double[][] rows = new double[part.examples().size()][];
      int width = flat.length / rows.length;
      for (int e = 0; e < rows.length; e++) {
        int choices = part.examples().get(e).choices().size();
        rows[e] = Arrays.copyOfRange(flat, e * width, e * width + choices);
      }
      return rows;
    }
  }

  /**
   * Counts each token that the loss computes once: the prompt of a question, and behind it the
   * right answer, or, where the choice among answers is learnt, all of them. Where there is a head,
   * it counts all tokens of its texts.
   */
  @Override
  public LayerActivity activity(NDManager scope, Batch batch, Point point) {
    return activity(scope, batch, point, ActivationTokens.ALL);
  }

  @Override
  public LayerActivity activity(
      NDManager scope, Batch batch, Point point, ActivationTokens tokens) {
    ActivitySum sum = new ActivitySum();
    for (PackedBatch.PackedPart part : ((PackedBatch) batch).forLoss()) {
      try (NDManager temporary = scope.newSubManager()) {
        NDList embedded = start(temporary, part.trees(), meter().script(), none(temporary));
        NDArray counted = NativeArrays.of(temporary, marks(part.trees(), tokens));
        sum.add(meter().measure(temporary, point, model.weights(), embedded, counted));
      }
    }
    return sum.value();
  }

  /** For each packed token 1 if it counts, 0 otherwise. */
  private double[] marks(TokenTrees trees, ActivationTokens tokens) {
    double[] marks = new double[trees.ids().length];
    for (long place : places(trees, tokens)) {
      marks[(int) place] = 1;
    }
    return marks;
  }

  private long[] places(TokenTrees trees, ActivationTokens tokens) {
    return tokens == ActivationTokens.ALL || plan().head().isPresent()
        ? trees.all()
        : trees.answers();
  }

  @Override
  public void activations(
      NDManager scope,
      Batch batch,
      Point point,
      ActivationTokens tokens,
      ActivationVisitor visitor) {
    for (PackedBatch.PackedPart part : ((PackedBatch) batch).forLoss()) {
      long[] places = places(part.trees(), tokens);
      reader().read(scope, point, model.weights(), part.arrays(), places, visitor);
    }
  }

  @Override
  protected PackedStates embedded(NDManager scope, List<Tokens> examples) {
    List<PackedBatch.PackedPart> parts = ((PackedBatch) batch(scope, examples)).forLoss();
    return new PackedStates(parts, parts.stream().map(part -> part.arrays().get(0)).toList());
  }

  @Override
  protected PackedStates layer(
      NDManager scope, States states, int layer, List<NDArray> weights, ActivationVisitor visitor) {
    PackedStates before = (PackedStates) states;
    List<NDArray> rows = new ArrayList<>();
    try (NDManager temporary = scope.newSubManager()) {
      Point point = Point.of(temporary.create(new Shape(0), model.type()));
      for (int i = 0; i < before.parts().size(); i++) {
        PackedBatch.PackedPart part = before.parts().get(i);
        List<NDArray> arrays = new ArrayList<>(part.arrays());
        arrays.set(0, before.rows().get(i));
        long[] tokens = part.trees().all();
        rows.add(reader().layer(scope, point, weights, arrays, tokens, layer, visitor));
      }
    }
    return new PackedStates(before.parts(), rows);
  }

  @Override
  public void classGradients(
      NDManager scope,
      Batch batch,
      Point point,
      List<Integer> layers,
      Differentiated differentiated,
      Visitor visitor) {
    if (layout().masked()) {
      throw new FlexoraException(
          "on a pruned base an adapter is no longer a product of two factors, as what looks at"
              + " their inputs and gradients takes it to be, such as the posterior laplace; do"
              + " without it, or without pruning");
    }
    for (PackedBatch.PackedPart part : ((PackedBatch) batch).forScores()) {
      try (NDManager temporary = scope.newSubManager()) {
        List<NDArray> arrays = new ArrayList<>(part.arraysToEvaluate());
        boolean headed = plan().head().isPresent();
        if (!headed) {
          arrays.add(single(temporary, part.trees()));
        }
        classReader()
            .read(
                temporary,
                point,
                model.weights(),
                arrays,
                headed ? part.places().counted(part.firstTokens()) : counted(part),
                layers,
                differentiated,
                (own, e, found) -> visitor.visit(own, part.first() + e, found));
      }
    }
  }

  private static List<ClassGradientReader.CountedGradients> counted(PackedBatch.PackedPart part) {
    List<long[]> tokens = part.trees().before();
    long[] rows = part.trees().rows();
    List<ClassGradientReader.CountedGradients> counted = new ArrayList<>();
    for (int e = 0; e < tokens.size(); e++) {
      long[] own = tokens.get(e);
      int[] read =
          IntStream.range(0, own.length)
              .filter(i -> Arrays.binarySearch(rows, own[i]) >= 0)
              .toArray();
      int classes = part.examples().get(e).choices().size();
      counted.add(new ClassGradientReader.CountedGradients(own, read, classes));
    }
    return counted;
  }

  private NDArray single(NDManager owner, TokenTrees trees) {
    NDArray single = NativeArrays.of(owner, trees.single());
    return NativeArrays.convert(owner, single, model.type());
  }

  @Override
  public int[] generate(
      NDManager scope, int[] prompt, Point point, Sampling sampling, IntConsumer listener) {
    try (NDManager own = scope.newSubManager()) {
      return generation(own, point, sampling).run(own, prompt, listener);
    }
  }

  private Generation generation(NDManager scope, Point point, Sampling sampling) {
    CausalDescription of = model.description();
    return new Generation(
        differentiation(), merged(scope, point), of.positions(), of.shortText(), point, sampling);
  }

  /** The frozen arrays, merged with the adapters for all tokens of a text at once. */
  private MergedArrays merged(NDManager scope, Point point) {
    List<NDArray> weights = differentiation().withConstants(model.weights());
    if (!layout().merges()) {
      return new MergedArrays(weights, List.of(none(scope)));
    }
    // What is not merged comes back as it is: the model's arrays, which live longer than the scope.
    NDList merged =
        differentiation()
            .script()
            .call(
                "merged_weights",
                new Arguments(scope)
                    .with("theta", point.theta())
                    .with("alpha", point.alpha().orElseGet(() -> differentiation().noGates(scope)))
                    .with("w", weights));
    return new MergedArrays(
        merged.subList(0, weights.size()), merged.subList(weights.size(), merged.size()));
  }

  /** The logits after the last of some tokens {@code [vocabulary]}. */
  public double[] logits(Point point, int[] ids) {
    try (NDManager scope = manager().newSubManager()) {
      return generation(scope, point, GREEDY).logits(scope, ids);
    }
  }

  @Override
  public List<String> exportFormats() {
    return MergedExport.formats(model.description());
  }

  @Override
  public Optional<String> export(String format, NDArray theta, List<String> classes, Path folder)
      throws IOException {
    if (plan().head().isPresent()) {
      throw new FlexoraException(
          "a merged model has no place for the head '%s'; export to peft"
              .formatted(plan().head().kind()));
    }
    ExportJudge judge = new ExportJudge(model, this, theta);
    try (CausalCheckpoint checkpoint =
        CausalCheckpoint.open(model.families(), model.checkpoint())) {
      return new MergedExport(checkpoint, plan(), parameters(), model.computeType(), judge)
          .pruned(model.sparse())
          .onto(model.quantisedBase())
          .write(format, theta, folder);
    }
  }

  /** The layers below the lowest adapted one. */
  private final class FrozenPart implements PackedBatch.Frozen {

    @Override
    public List<NDArray> made(NDManager owner, PackedBatch.PackedPart part) {
      return frozen(owner, part);
    }

    @Override
    public List<NDArray> kept(NDManager owner, PackedBatch.PackedPart part) {
      if (layout().lowest() == 0) {
        return frozen(owner, part);
      }
      Object kind = List.of(layout().lowest(), part.kind());
      return model
          .frozenStates()
          .of(owner, kind, part.examples(), manager -> frozen(manager, part));
    }
  }

  /** Puts trees on the device and computes the layers below the lowest adapted one. */
  private List<NDArray> frozen(NDManager owner, PackedBatch.PackedPart part) {
    try (NDManager temporary = owner.newSubManager()) {
      return frozen(owner, part, none(temporary));
    }
  }

  private static NDArray none(NDManager owner) {
    return NativeArrays.of(owner, new float[0], new Shape(0));
  }

  /** The same with noise on the embeddings {@code [tokens, hidden]}, empty for none. */
  private List<NDArray> frozen(NDManager owner, PackedBatch.PackedPart part, NDArray noise) {
    TokenTrees trees = part.trees();
    List<NDArray> arrays = new ArrayList<>(start(owner, trees, differentiation().script(), noise));
    if (plan().head().isPresent()) {
      arrays.addAll(part.places().arrays(owner, part.firstTokens()));
      return arrays;
    }
    arrays.add(NativeArrays.of(owner, trees.rows()));
    arrays.add(NativeArrays.of(owner, trees.rowOfLabel()));
    arrays.add(NativeArrays.of(owner, trees.tokens()));
    arrays.add(NativeArrays.onHost(owner, trees.chunks(chunkRows())));
    arrays.add(NativeArrays.of(owner, trees.choices()));
    arrays.add(ofChoices(owner, trees, trees.choiceMask()));
    arrays.add(ofChoices(owner, trees, trees.rightMask()));
    arrays.add(ofChoices(owner, trees, trees.lengths()));
    arrays.add(reference(owner, part));
    arrays.add(real(owner, new double[] {part.share()}, new Shape(1)));
    return arrays;
  }

  private NDArray reference(NDManager owner, PackedBatch.PackedPart part) {
    int most = part.trees().mostChoices();
    double[] scores = new double[part.examples().size() * most];
    if (part.forLoss() && plan().objective().needsReference()) {
      double[][] found = model.referenceScores(owner, part.examples());
      for (int e = 0; e < found.length; e++) {
        System.arraycopy(found[e], 0, scores, e * most, found[e].length);
      }
    }
    return real(owner, scores, new Shape(part.examples().size(), most));
  }

  private NDArray real(NDManager owner, double[] values, Shape shape) {
    NDArray exact = NativeArrays.of(owner, values, shape);
    if (model.type() == DataType.FLOAT64) {
      return exact;
    }
    NDArray single = NativeArrays.convert(owner, exact, model.type());
    exact.close();
    return single;
  }

  @Override
  public double[][] referenceScores(NDManager scope, Batch batch) {
    List<Tokens> examples = new ArrayList<>();
    ((PackedBatch) batch).forScores().forEach(part -> examples.addAll(part.examples()));
    return model.referenceScores(scope, examples);
  }

  /** The scores of all choices; nothing is kept of the layers, which a training would fill. */
  double[][] scoresOnce(NDManager scope, List<Tokens> examples) {
    try (NDManager temporary = scope.newSubManager()) {
      Point point = Point.of(temporary.create(new Shape(0), model.type()));
      Batch batch = batch(temporary, examples);
      ((PackedBatch) batch).forScores().forEach(PackedBatch.PackedPart::arrays);
      return scores(temporary, batch, point);
    }
  }

  private NDList start(NDManager owner, TokenTrees trees, TorchScript script, NDArray noise) {
    Shape padded = new Shape(trees.examples(), trees.longest());
    try (NDManager temporary = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(temporary)
              .with("w", model.weights())
              .with("ids", NativeArrays.of(temporary, trees.ids()))
              .with("positions", NativeArrays.of(temporary, trees.positions()))
              .with("branch", NativeArrays.of(temporary, trees.branch(), padded))
              .with("place", NativeArrays.of(temporary, trees.place(), padded))
              .with("gather", NativeArrays.of(temporary, trees.gather()))
              .with("scatter", NativeArrays.of(temporary, trees.scatter()))
              .with("noise", noise);
      NDList started = script.call("start", arguments);
      started.attach(owner);
      return started;
    }
  }

  private NDArray ofChoices(NDManager owner, TokenTrees trees, float[] values) {
    Shape shape = new Shape(trees.examples(), trees.mostChoices());
    NDArray single = NativeArrays.of(owner, values, shape);
    if (model.type() == DataType.FLOAT32) {
      return single;
    }
    NDArray wide = single.toType(model.type(), false);
    single.close();
    return wide;
  }

  private int chunkRows() {
    return Math.max(LEAST_ROWS, LOGIT_BYTES / (Float.BYTES * model.description().vocabulary()));
  }
}
