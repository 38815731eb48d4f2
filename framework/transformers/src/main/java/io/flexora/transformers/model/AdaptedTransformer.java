package io.flexora.transformers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ExampleDropout;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.LayerwiseModel.States;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.ActivitySum;
import io.flexora.numerics.batch.LossMean;
import io.flexora.numerics.batch.TermMean;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.ActivationReader;
import io.flexora.numerics.transformer.ActivityMeter;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.ClassGradientReader;
import io.flexora.numerics.transformer.Differentiation;
import io.flexora.numerics.transformer.ExampleSeed;
import io.flexora.numerics.vector.Workspace;
import io.flexora.transformers.batch.BatchPart;
import io.flexora.transformers.batch.PartedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A frozen model with adapters and, if the plan has one, a head, as a function of theta and the
 * gates.
 *
 * @since 0.1
 */
public class AdaptedTransformer
    implements AdaptedModel,
        LayerActivity.Meter,
        ModuleActivations,
        ClassGradients,
        ExampleDropout {

  private final FrozenTransformer model;
  private final AdapterLayout layout;
  private final NDManager manager;
  private final Differentiation differentiation;
  private ActivityMeter meter;
  private ActivationReader reader;
  private ClassGradientReader classReader;

  /** The tokens of parts between two layers, as rows {@code [tokens, hidden]}. */
  private record PartStates(List<? extends BatchPart> parts, List<NDArray> rows)
      implements States {}

  /** Compiles a model's text for the adapters of a plan. */
  public AdaptedTransformer(FrozenTransformer model, AdapterPlan plan) {
    this.model = model;
    this.layout = AdapterLayout.of(plan, model.shape(), model.masks());
    this.manager = model.manager().newSubManager();
    this.differentiation =
        Differentiation.compile(
            manager, layout, model.text(layout, false), model.checkpointSegments(), model.type());
  }

  @Override
  public final AdapterPlan plan() {
    return layout.plan();
  }

  @Override
  public final ParameterIndex parameters() {
    return layout.index();
  }

  @Override
  public final NDArray initialTheta(NDManager scope, Seeds seeds) {
    return layout.initialTheta(scope, seeds, model.headStart(plan().head()), model.type());
  }

  @Override
  public final PartedBatch batch(NDManager scope, List<Tokens> examples) {
    return model.batch(scope, plan(), examples);
  }

  @Override
  public final LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    return lossGradient(scope, batch, point, plan().layers());
  }

  @Override
  public final LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    if (batch instanceof BatchPart whole) {
      return lossGradient(scope, whole, point, layers);
    }
    try (Workspace work = new Workspace(scope)) {
      TermMean theta = new TermMean(work);
      TermMean alpha = new TermMean(work);
      LossMean loss = new LossMean();
      for (BatchPart part : parted(batch).forLoss()) {
        try (NDManager one = work.temporary().newSubManager()) {
          LossGradient found = lossGradient(one, part, point, layers);
          loss.add(found.loss(), found.terms());
          theta.add(found.theta(), found.terms());
          found.alpha().ifPresent(a -> alpha.add(a, found.terms()));
        }
      }
      return new LossGradient(loss.value(), loss.terms(), theta.kept().orElseThrow(), alpha.kept());
    }
  }

  private LossGradient lossGradient(
      NDManager scope, BatchPart part, Point point, List<Integer> layers) {
    return differentiation.lossGradient(
        scope, part.at(point), model.weights(), arrays(scope, part, point), part.terms(), layers);
  }

  @Override
  public final double loss(NDManager scope, Batch batch, Point point) {
    if (batch instanceof BatchPart whole) {
      return loss(scope, whole, point);
    }
    LossMean loss = new LossMean();
    for (BatchPart part : parted(batch).forLoss()) {
      loss.add(loss(scope, part, point), part.terms());
    }
    return loss.value();
  }

  private double loss(NDManager scope, BatchPart part, Point point) {
    return differentiation.loss(scope, part.at(point), model.weights(), arraysToEvaluate(part));
  }

  @Override
  public final Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    if (batch instanceof BatchPart whole) {
      return hessianProduct(scope, whole, point, u);
    }
    try (Workspace work = new Workspace(scope)) {
      TermMean theta = new TermMean(work);
      TermMean alpha = new TermMean(work);
      for (BatchPart part : parted(batch).forLoss()) {
        try (NDManager one = work.temporary().newSubManager()) {
          Direction found = hessianProduct(one, part, point, u);
          theta.add(found.theta(), part.terms());
          alpha.add(found.alpha(), part.terms());
        }
      }
      return new Direction(theta.kept().orElseThrow(), alpha.kept().orElseThrow());
    }
  }

  private Direction hessianProduct(NDManager scope, BatchPart part, Point point, Direction u) {
    return differentiation.hessianProduct(scope, part.at(point), model.weights(), arrays(part), u);
  }

  /**
   * Keeps the graph of a batch that is computed at once; of others each part would have its own.
   */
  @Override
  public final GradientRecord record(NDManager scope, Batch batch, Point point) {
    List<? extends BatchPart> parts = parted(batch).forLoss();
    if (parts.size() > 1) {
      return AdaptedModel.super.record(scope, batch, point);
    }
    BatchPart part = parts.get(0);
    return differentiation.record(
        scope, point, model.weights(), arrays(scope, part, point), part.terms());
  }

  @Override
  public final double[][] scores(NDManager scope, Batch batch, Point point) {
    return parted(batch).forScores().stream()
        .flatMap(part -> Arrays.stream(scores(scope, part, part.at(point), List.of())))
        .toArray(double[][]::new);
  }

  @Override
  public final double[][] scores(NDManager scope, Batch batch, Point point, long[] seeds) {
    List<? extends BatchPart> parts = parted(batch).forScores();
    int[] rows =
        parts.stream()
            .flatMap(part -> part.examples().stream())
            .mapToInt(example -> example.computedTokens(true))
            .toArray();
    List<ExampleSeed> examples = ExampleSeed.of(seeds, rows);
    List<double[]> found = new ArrayList<>();
    for (BatchPart part : parts) {
      List<ExampleSeed> own = examples.subList(found.size(), found.size() + part.examples().size());
      found.addAll(Arrays.asList(scores(scope, part, point, own)));
    }
    return found.toArray(double[][]::new);
  }

  private double[][] scores(NDManager scope, BatchPart part, Point point, List<ExampleSeed> seeds) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          differentiation.arguments(
              temporary, point, model.weights(), arraysToEvaluate(part), seeds);
      return part.ofExamples(
          ArrayValues.of(differentiation.script().call("scores", arguments).singletonOrThrow()));
    }
  }

  @Override
  public final LayerActivity activity(NDManager scope, Batch batch, Point point) {
    return activity(scope, batch, point, CountedTokens.ALL);
  }

  @Override
  public final LayerActivity activity(
      NDManager scope, Batch batch, Point point, CountedTokens tokens) {
    ActivitySum sum = new ActivitySum();
    for (BatchPart part : parted(batch).forLoss()) {
      try (NDManager temporary = scope.newSubManager()) {
        List<NDArray> embedded = part.start(temporary, meter().script(), model.weights());
        double[] marks = new double[Math.toIntExact(part.shape().size())];
        for (long token : part.tokens(tokens)) {
          marks[(int) token] = 1;
        }
        NDArray counted = NativeArrays.of(temporary, marks, part.shape());
        sum.add(meter().measure(temporary, point, model.weights(), embedded, counted));
      }
    }
    return sum.value();
  }

  @Override
  public final void activations(
      NDManager scope, Batch batch, Point point, CountedTokens tokens, ActivationVisitor visitor) {
    for (BatchPart part : parted(batch).forLoss()) {
      reader().read(scope, point, model.weights(), arrays(part), part.tokens(tokens), visitor);
    }
  }

  @Override
  public final void classGradients(
      NDManager scope,
      Batch batch,
      Point point,
      List<Integer> layers,
      Differentiated differentiated,
      Visitor visitor) {
    if (layout.masked()) {
      throw new FlexoraException(
          "on a pruned base an adapter is no longer a product of two factors, as what looks at"
              + " their inputs and gradients takes it to be, such as the posterior laplace; do"
              + " without it, or without pruning");
    }
    for (BatchPart part : parted(batch).forScores()) {
      classReader()
          .read(
              scope,
              point,
              model.weights(),
              arraysToEvaluate(part),
              part.counted(),
              layers,
              differentiated,
              (own, e, found) -> visitor.visit(own, part.first() + e, found));
    }
  }

  /** {@link LayerwiseModel#embedded}, of an adapter on all layers that changes nothing. */
  final States embedded(NDManager scope, List<Tokens> examples) {
    List<? extends BatchPart> parts = model.unpadded(scope, plan(), examples);
    return new PartStates(parts, parts.stream().map(part -> flat(embedded(part).get(0))).toList());
  }

  /** The embeddings of a part and what layers read beside them. */
  private List<NDArray> embedded(BatchPart part) {
    return part.arrays(owner -> start(owner, part));
  }

  /** {@link LayerwiseModel#layer} with these weights, of such an adapter. */
  final States layer(
      NDManager scope, States states, int layer, List<NDArray> weights, ActivationVisitor visitor) {
    PartStates before = (PartStates) states;
    List<NDArray> rows = new ArrayList<>();
    try (Workspace work = new Workspace(scope)) {
      NDManager temporary = work.temporary();
      Point point = Point.of(temporary.zeros(new Shape(parameters().size()), model.type()));
      for (int i = 0; i < before.parts().size(); i++) {
        BatchPart part = before.parts().get(i);
        List<NDArray> arrays = new ArrayList<>(embedded(part));
        NDArray entering = work.share(before.rows().get(i));
        arrays.set(0, entering.reshape(part.shape().add(model.shape().hiddenSize())));
        long[] tokens = part.tokens(CountedTokens.ALL);
        NDArray leaving = reader().layer(temporary, point, weights, arrays, tokens, layer, visitor);
        rows.add(work.keep(flat(leaving)));
      }
    }
    return new PartStates(before.parts(), rows);
  }

  private NDArray flat(NDArray states) {
    return states.reshape(-1, model.shape().hiddenSize());
  }

  private static PartedBatch parted(Batch batch) {
    return (PartedBatch) batch;
  }

  /** The examples of a batch, in the order in which they are scored. */
  protected static List<Tokens> examples(Batch batch) {
    return parted(batch).forScores().stream().flatMap(part -> part.examples().stream()).toList();
  }

  /** Scores examples once; nothing is kept of the layers, which a training would fill. */
  public final double[][] scoresOnce(NDManager scope, Point point, List<Tokens> examples) {
    try (NDManager temporary = scope.newSubManager()) {
      PartedBatch batch = batch(temporary, examples);
      batch.forScores().forEach(this::arrays);
      return scores(temporary, batch, point);
    }
  }

  /** The arrays of a part, made once, as they do not depend on theta. */
  private List<NDArray> arrays(BatchPart part) {
    return part.arrays(owner -> made(owner, part));
  }

  /** The arrays of a part; with noise on the embeddings they are of use once. */
  private List<NDArray> arrays(NDManager owner, BatchPart part, Point point) {
    if (point.dropoutSeed().isEmpty() || point.embeddingNoise() == 0) {
      return arrays(part);
    }
    return with(
        part.noisyStart(owner, differentiation.script(), model.weights(), point),
        part.targets(owner));
  }

  /** The arrays of a part for an evaluation, which may ask for the same examples again. */
  private List<NDArray> arraysToEvaluate(BatchPart part) {
    if (layout.lowest() == 0) {
      return arrays(part);
    }
    Object kind = List.of(layout.lowest(), part.kind(), model.hasMoreColumns(layout));
    return part.arrays(
        owner ->
            model.frozenStates().of(owner, kind, part.examples(), keeper -> made(keeper, part)));
  }

  private List<NDArray> made(NDManager owner, BatchPart part) {
    return with(start(owner, part), part.targets(owner));
  }

  private static List<NDArray> with(List<NDArray> start, List<NDArray> targets) {
    List<NDArray> all = new ArrayList<>(start);
    all.addAll(targets);
    return all;
  }

  /** The input of the lowest adapted layer, and whatever else the layers read. */
  public final List<NDArray> start(NDManager owner, BatchPart part) {
    return part.start(owner, differentiation.script(), model.weights());
  }

  /** Measures the activity of layers; made when first asked for, as few models are measured. */
  private ActivityMeter meter() {
    if (meter == null) {
      meter = ActivityMeter.compile(manager, layout, model.text(layout, true), model.type());
    }
    return meter;
  }

  /** Reads what modules are given; made when first asked for. */
  private ActivationReader reader() {
    if (reader == null) {
      reader = ActivationReader.compile(manager, layout, model.text(layout, true), model.type());
    }
    return reader;
  }

  /** Differentiates class outputs; made when first asked for. */
  private ClassGradientReader classReader() {
    if (classReader == null) {
      classReader =
          ClassGradientReader.compile(
              manager, layout, model.text(layout, true), model.checkpointSegments(), model.type());
    }
    return classReader;
  }

  /** The places of the adapters in theta. */
  protected final AdapterLayout layout() {
    return layout;
  }

  /** Owns what lives as long as the adapted model. */
  protected final NDManager manager() {
    return manager;
  }

  /** Computes losses and derivatives. */
  protected final Differentiation differentiation() {
    return differentiation;
  }

  @Override
  public final void close() {
    manager.close();
  }
}
