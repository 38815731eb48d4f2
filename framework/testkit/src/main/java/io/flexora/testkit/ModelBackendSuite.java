package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ClassGradients.Differentiated;
import io.flexora.api.ability.ClassGradients.ExampleGradients;
import io.flexora.api.ability.ExampleDropout;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.GgufModules;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.ReferenceScores;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.ActivitySum;
import io.flexora.numerics.layer.ChosenValues;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.LiveArrays;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks a model backend against differences of its own loss. Configure a tiny model, in float64 if
 * the backend has it: differences are sharp there.
 *
 * @since 0.1
 */
public abstract class ModelBackendSuite extends ExtensionSuite<ModelBackend> {

  private static final int MOST_CLASSES = 8;
  private static final List<String> TEXTS = List.of("a b c", "d", "b c a d e", "e a");

  private static final Set<Class<? extends ModelAbility>> ABILITIES =
      Set.of(
          TextEmbedder.class,
          FrozenMatrices.class,
          LayerActivity.Meter.class,
          ModuleActivations.class,
          ClassGradients.class,
          TextGenerator.class,
          ModelExporter.class,
          PrunableModel.class,
          LayerwiseModel.class,
          GgufModules.class,
          ReferenceScores.class,
          NoisyEmbeddings.class,
          ExampleDropout.class);

  /** For subclasses. */
  protected ModelBackendSuite() {
    super(ModelBackend.class);
  }

  /** The adapter that is put on the model, installed or made by hand. */
  protected AdapterMethod adapter() {
    return extension(AdapterMethod.class, "{use: lora, lora_rank: 2}", host().services(SEED));
  }

  /** An adapter that drops something in training, put on the same layers and modules. */
  protected AdapterMethod adapterWithDropout() {
    return extension(
        AdapterMethod.class, "{use: lora, lora_rank: 2, lora_dropout: 0.5}", host().services(SEED));
  }

  /** The layers to adapt; all by default. A backend that trains none says so here. */
  protected List<Integer> layers(ModelShape shape) {
    return IntStream.range(0, shape.layers()).boxed().toList();
  }

  /** The modules to adapt in each layer; the model's own default by default. */
  protected List<String> modules(ModelShape shape) {
    return shape.defaultTargets();
  }

  /** The number of classes of the head; 0 for a language model, which judges answers. */
  protected int classes() {
    return 3;
  }

  /** The head; one of so many classes by default. A suite of another head brings examples, too. */
  protected Head head() {
    return Head.classes(classes());
  }

  /** What a language model learns; the suite holds for either. */
  protected Objective objective() {
    return Objective.ANSWER;
  }

  /** Four texts that the tokenizer knows, of different lengths. */
  protected List<String> texts() {
    return TEXTS;
  }

  @Test
  void describesWhatItLoads() throws IOException {
    try (BaseModel model = extension().load()) {
      assertThat(extension().describe())
          .as("what %s describes without loading", name())
          .isEqualTo(model.shape());
    }
  }

  @Test
  void loadsTheSameModelToScore() throws IOException {
    try (BaseModel trained = extension().load();
        BaseModel scored = extension().loadForInference()) {
      assertThat(scored.shape())
          .as("what %s loads to score", name())
          .usingRecursiveComparison()
          .ignoringFields("computeType", "weightBytes")
          .isEqualTo(trained.shape());
    }
  }

  @Test
  void tokenizesTheSameAndNoMoreThanTheModelTakes() throws IOException {
    int most = extension().describe().maxTokens();
    try (Tokenizer tokenizer = extension().tokenizer()) {
      Example example = example(0, String.join(" ", Collections.nCopies(most + 5, texts().get(0))));
      Tokens tokens = tokenizer.tokens(example, head());
      assertThat(tokens.length())
          .as("length of a long text by %s, which takes %d tokens", name(), most)
          .isLessThanOrEqualTo(most);
      assertThat(tokens.ids())
          .as("ids of a long text by %s", name())
          .isEqualTo(tokenizer.tokens(example, head()).ids());
      assertThat(tokens.truncated()).as("tokens cut off a long text by %s", name()).isPositive();
      assertThat(tokenizer.texts(tokens.ids()))
          .as("texts of the ids by %s, one for each", name())
          .hasSize(tokens.ids().length);
    }
  }

  @Test
  void itsGradientInThetaIsTheDerivativeOfItsLoss() throws IOException {
    try (Loaded at = new Loaded(true)) {
      double[] u = at.directionTheta(4);
      double slope = at.slope(t -> at.loss(at.point(u, t, at.zero(), 0)));
      LossGradient found = at.gradient(at.point());
      assertClose(at, Engine.dot(Engine.values(found.theta()), u), slope, "theta");
      assertThat(found.loss())
          .as("loss with the gradient, and loss alone, of %s", name())
          .isCloseTo(at.loss(at.point()), within(at.tolerance()));
    }
  }

  @Test
  void itsLossDependsOnEachArrayOfItsAdapters() throws IOException {
    try (Loaded at = new Loaded(true)) {
      double[] gradient = Engine.values(at.gradient(at.point()).theta());
      for (Slice slice : at.adapted.parameters().slices()) {
        assertThat(Engine.norm(at.part(gradient, slice)))
            .as("length of the gradient of %s in '%s'", name(), slice.tensorName())
            .isPositive();
      }
    }
  }

  @Test
  void itsGradientInAlphaIsTheDerivativeOfItsLoss() throws IOException {
    try (Loaded at = new Loaded(true)) {
      at.assumeGates();
      double[] a = at.directionAlpha(5);
      double slope = at.slope(t -> at.loss(at.point(at.none(), 0, a, t)));
      double[] gradient = Engine.values(at.gradient(at.point()).alpha().orElseThrow());
      assertClose(at, Engine.dot(gradient, a), slope, "alpha");
    }
  }

  @Test
  void itsGradientInSomeLayersIsThatPartOfItsGradient() throws IOException {
    try (Loaded at = new Loaded(true)) {
      Point point = Point.of(at.array(at.theta)).withDropout(3);
      double[] whole = Engine.values(at.gradient(point).theta());
      List<List<Integer>> some = new ArrayList<>();
      at.adapted.plan().layers().forEach(layer -> some.add(List.of(layer)));
      some.add(at.adapted.plan().layers());
      for (List<Integer> layers : some) {
        LossGradient found = at.adapted.lossGradient(at.scope, at.batch, point, layers);
        double[] part = Engine.values(found.theta());
        assertThat(at.wanted(part, layers))
            .as("gradient of %s in the layers %s and the head; that in all layers", name(), layers)
            .containsExactly(at.wanted(whole, layers), within(at.tolerance()));
        assertThat(found.loss())
            .as("loss of %s with its gradient in the layers %s", name(), layers)
            .isCloseTo(at.gradient(point).loss(), within(at.tolerance()));
      }
    }
  }

  /** The layouts that the adapter takes, but that of layers. */
  private List<GateIndex.Layout> finer() throws IOException {
    ModelShape shape = extension().describe();
    boolean hasParts = adapter().ranked().isPresent();
    assumeTrue(
        !layers(shape).isEmpty() && !modules(shape).isEmpty(), "the backend adapts no modules");
    return Stream.of(
            GateIndex.Layout.MODULE, GateIndex.Layout.LAYER_MODULE, GateIndex.Layout.COMPONENT)
        .filter(layout -> layout != GateIndex.Layout.COMPONENT || hasParts)
        .toList();
  }

  @Test
  void finerGatesHaveExactDerivatives() throws IOException {
    for (GateIndex.Layout layout : finer()) {
      try (Loaded at = new Loaded(layout)) {
        String gates = "gates by " + layout.word();
        double[] u = at.directionTheta(4);
        double[] a = at.directionAlpha(5);
        double slope = at.slope(t -> at.loss(at.point(at.none(), 0, a, t)));
        double[] gradient = Engine.values(at.gradient(at.point()).alpha().orElseThrow());
        assertClose(at, Engine.dot(gradient, a), slope, gates);
        for (List<Integer> group : at.gates().groups()) {
          assertThat(group.stream().mapToDouble(i -> gradient[i]).sum())
              .as("sum of the gradient of %s in a softmax of %s", name(), gates)
              .isCloseTo(0, within(at.tolerance()));
        }
        assertThat(Engine.relativeDistance(at.product(u, a), at.differences(u, a)))
            .as("distance of hessianProduct of %s with %s from differences", name(), gates)
            .isLessThan(10 * at.tolerance());
      }
    }
  }

  /**
   * Where the contribution is proportional to a parameter, a gate is a factor of that parameter.
   */
  @Test
  void aFinerGateMultipliesWhatItGates() throws IOException {
    for (GateIndex.Layout layout : finer()) {
      try (Loaded at = new Loaded(layout)) {
        assumeTrue(at.scales(), "the adapter is not proportional to a parameter");
        double[] folded = at.folded();
        assertThat(at.loss(at.point()))
            .as("loss of %s with gates by %s, and with them in theta", name(), layout.word())
            .isCloseTo(at.loss(Point.of(at.array(folded))), within(at.tolerance()));
        assertThat(at.loss(at.point()))
            .as(
                "loss of %s with gates by %s, and of the values that a choice of all of them brings",
                name(), layout.word())
            .isCloseTo(at.loss(Point.of(at.chosen())), within(at.tolerance()));
        assertThat(at.loss(Point.of(at.array(at.theta), at.array(at.zero()))))
            .as("loss of %s with equal gates by %s", name(), layout.word())
            .isCloseTo(at.loss(Point.of(at.array(at.theta))), within(at.tolerance()));
      }
    }
  }

  @Test
  void modulesOfALayerWithEqualAlphasAreGatedAsTheLayer() throws IOException {
    assumeTrue(!finer().isEmpty(), "the backend adapts no modules");
    try (Loaded byLayer = new Loaded(GateIndex.Layout.LAYER);
        Loaded at = new Loaded(GateIndex.Layout.LAYER_MODULE)) {
      List<Integer> layers = at.adapted.plan().layers();
      double[] alpha =
          at.gates().gates().stream()
              .mapToDouble(g -> byLayer.alpha[layers.indexOf(g.layer().getAsInt())])
              .toArray();
      LossGradient found = at.gradient(Point.of(at.array(at.theta), at.array(alpha)));
      LossGradient wanted = byLayer.gradient(byLayer.point());
      assertThat(found.loss())
          .as("loss of %s with modules gated as their layers, and with gated layers", name())
          .isCloseTo(wanted.loss(), within(at.tolerance()));
      double[] ofModules = Engine.values(found.alpha().orElseThrow());
      double[] sums = new double[layers.size()];
      for (int i = 0; i < ofModules.length; i++) {
        sums[layers.indexOf(at.gates().gates().get(i).layer().getAsInt())] += ofModules[i];
      }
      assertThat(sums)
          .as("gradient of %s in the alphas of modules, summed by layer", name())
          .containsExactly(Engine.values(wanted.alpha().orElseThrow()), within(at.tolerance()));
    }
  }

  /** Every second module of all is left alone, whose parameter that scales is 0 for comparison. */
  @Test
  void modulesThatAreNotChosenAreLeftAlone() throws IOException {
    assumeTrue(!finer().isEmpty(), "the backend adapts no modules");
    try (Loaded all = new Loaded(true)) {
      assumeTrue(all.scales(), "the adapter is not proportional to a parameter");
      List<ChosenModule> some = all.everySecondModule();
      List<Integer> layers = some.stream().map(ChosenModule::layer).distinct().toList();
      try (Loaded at = new Loaded(every -> layers, plan -> plan.withChosen(some))) {
        double[] whole = all.without(some);
        double[] part = at.partOf(all, whole);
        assertThat(at.loss(Point.of(at.array(part))))
            .as("loss of %s with every second module, and with zeros in the others", name())
            .isCloseTo(all.loss(Point.of(all.array(whole))), within(at.tolerance()));
        double[] gradient = Engine.values(at.gradient(Point.of(at.array(part))).theta());
        double[] wanted = Engine.values(all.gradient(Point.of(all.array(whole))).theta());
        assertThat(gradient)
            .as("gradient of %s in every second module", name())
            .containsExactly(at.partOf(all, wanted), within(at.tolerance()));
        NDArray theta = at.array(part);
        at.callAll(
            Point.of(theta, at.array(at.zero())),
            new Direction(at.array(at.directionTheta(4)), at.array(at.directionAlpha(5))));
      }
    }
  }

  private void assertClose(Loaded at, double slope, double differences, String of) {
    assertThat(slope)
        .as(
            "slope of the loss of %s in %s by its gradient; by differences %s",
            name(), of, differences)
        .isCloseTo(differences, within(at.tolerance() * Math.max(1, Math.abs(differences))));
  }

  @Test
  void itsHessianProductIsTheDerivativeOfItsGradient() throws IOException {
    try (Loaded at = new Loaded(true)) {
      double[] u = at.directionTheta(4);
      double[] a = at.directionAlpha(5);
      assertThat(Engine.relativeDistance(at.product(u, a), at.differences(u, a)))
          .as("distance of hessianProduct of %s from differences of its gradient", name())
          .isLessThan(10 * at.tolerance());
    }
  }

  @Test
  void itsRecordGivesTheSameProducts() throws IOException {
    try (Loaded at = new Loaded(true)) {
      GradientRecord record = at.adapted.record(at.scope, at.batch, at.point());
      LossGradient found = at.adapted.lossGradient(at.scope, at.batch, at.point());
      assertThat(record.value().loss())
          .as("loss of a record of %s", name())
          .isCloseTo(found.loss(), within(at.tolerance()));
      assertThat(record.value().terms()).isEqualTo(found.terms());
      assertThat(Engine.relativeDistance(at.joined(record.value()), at.joined(found)))
          .as("distance of the gradient of a record of %s from its gradient", name())
          .isLessThan(at.tolerance());
      double[] u = at.directionTheta(4);
      double[] a = at.directionAlpha(5);
      for (double[] direction : List.of(u, at.directionTheta(6))) {
        Direction along = new Direction(at.array(direction), at.array(a));
        assertThat(
                Engine.relativeDistance(
                    at.joined(record.hessianProduct(at.scope, along)), at.product(direction, a)))
            .as("distance of hessianProduct of a record of %s from its hessianProduct", name())
            .isLessThan(at.tolerance());
        assertThat(Engine.values(record.gateProduct(at.scope, along)))
            .as("gateProduct of a record of %s, and the part in alpha of hessianProduct", name())
            .containsExactly(
                Engine.values(record.hessianProduct(at.scope, along).alpha()), within(1e-12));
      }
    }
  }

  @Test
  void itsHessianIsSymmetric() throws IOException {
    try (Loaded at = new Loaded(true)) {
      double[] u = Engine.plus(at.directionTheta(4), 0, at.none());
      double[] a = at.directionAlpha(5);
      double[] v = at.directionTheta(6);
      double[] b = at.directionAlpha(7);
      double one = Engine.dot(at.product(u, a), at.joined(v, b));
      double other = Engine.dot(at.product(v, b), at.joined(u, a));
      assertThat(one)
          .as("v H u of %s, and u H v %s", name(), other)
          .isCloseTo(other, within(at.tolerance() * Math.max(1, Math.abs(other))));
    }
  }

  @Test
  void aShiftOfAllGatesChangesNothing() throws IOException {
    try (Loaded at = new Loaded(true)) {
      at.assumeGates();
      double[] ones = new double[at.none.length == 0 ? 0 : at.alpha.length];
      Arrays.fill(ones, 1);
      assertThat(at.loss(at.point(at.none(), 0, ones, 3)))
          .as("loss of %s after 3 was added to each alpha", name())
          .isCloseTo(at.loss(at.point()), within(at.tolerance()));
    }
  }

  @Test
  void zeroGatesAreNoGates() throws IOException {
    try (Loaded at = new Loaded(true)) {
      at.assumeGates();
      NDArray theta = at.array(at.theta);
      LossGradient plain = at.gradient(Point.of(theta));
      LossGradient zero = at.gradient(Point.of(theta, at.array(at.zero())));
      assertThat(plain.alpha()).as("gradient in alpha of %s without gates", name()).isEmpty();
      assertThat(zero.loss()).as("loss of %s with zero gates", name()).isEqualTo(plain.loss());
      assertThat(Engine.values(zero.theta()))
          .as("gradient of %s with zero gates, bit for bit that without gates", name())
          .isEqualTo(Engine.values(plain.theta()));
    }
  }

  @Test
  void aFreshAdapterChangesNothing() throws IOException {
    try (Loaded at = new Loaded(true);
        Loaded head = new Loaded(false)) {
      at.assumeGates();
      double[][] adapted = at.scores(at.initial(SEED), at.examples);
      double[][] frozen = head.scores(head.initial(SEED), head.examples);
      for (int i = 0; i < frozen.length; i++) {
        assertThat(Engine.relativeDistance(adapted[i], frozen[i]))
            .as("distance of the scores of %s with a fresh adapter from those without", name())
            .isLessThan(at.tolerance());
      }
    }
  }

  @Test
  void initialValuesDependOnSeedAndNameAlone() throws IOException {
    try (Loaded all = new Loaded(true);
        Loaded none = new Loaded(false)) {
      Map<String, double[]> values = all.byName(all.initial(SEED));
      none.byName(none.initial(SEED))
          .forEach(
              (array, value) ->
                  assertThat(value)
                      .as("initial '%s' of %s where no layer is adapted", array, name())
                      .isEqualTo(values.get(array)));
      assertThat(all.initial(SEED)).isEqualTo(all.initial(SEED));
      if (all.theta.length > 0) {
        assertThat(all.initial(SEED + 1))
            .as("initial theta of %s with another seed", name())
            .isNotEqualTo(all.initial(SEED));
      }
    }
  }

  @Test
  void itsScoresAreTheLogLikelihoodsInItsLoss() throws IOException {
    assumeTrue(head().answers() == Answer.Choice.class, "the head chooses among nothing");
    try (Loaded at = new Loaded(true)) {
      double[][] scores = at.scores(at.theta, at.examples);
      double loss = 0;
      for (int i = 0; i < scores.length; i++) {
        Tokens tokens = at.examples.get(i);
        double[] each = scores[i];
        double answer = each[tokens.example().label()];
        double all = Arrays.stream(each).map(Math::exp).sum();
        double right =
            IntStream.range(0, each.length)
                .filter(tokens.example()::isRight)
                .mapToDouble(c -> Math.exp(each[c]))
                .sum();
        if (head().isPresent()) {
          assertThat(all)
              .as("sum of the probabilities of the classes by %s", name())
              .isCloseTo(1, within(1e-5));
        }
        boolean choosing = !head().isPresent() && objective() == Objective.CHOICES;
        loss -= (choosing ? Math.log(right / all) : answer) / at.batch.terms();
      }
      assertThat(at.loss(Point.of(at.array(at.theta))))
          .as("loss of %s; the mean of its scores of the labels is %s", name(), -loss)
          .isCloseTo(loss, within(Math.max(at.tolerance(), 1e-6)));
    }
  }

  @Test
  void scoresAnExampleAloneAsInABatch() throws IOException {
    try (Loaded at = new Loaded(true)) {
      double[][] together = at.scores(at.theta, at.examples);
      List<Tokens> reversed = new ArrayList<>(at.examples);
      Collections.reverse(reversed);
      double[][] backwards = at.scores(at.theta, reversed);
      for (int i = 0; i < together.length; i++) {
        double[] alone = at.scores(at.theta, List.of(at.examples.get(i)))[0];
        assertThat(Engine.relativeDistance(alone, together[i]))
            .as("distance of the scores of %s of an example alone from those in a batch", name())
            .isLessThan(Math.max(at.tolerance(), 1e-5));
        assertThat(Engine.relativeDistance(backwards[together.length - 1 - i], together[i]))
            .as("distance of the scores of %s in a batch of another order", name())
            .isLessThan(Math.max(at.tolerance(), 1e-5));
      }
    }
  }

  @Test
  void dropsOfAnExampleInABatchWhatItDropsOfItAlone() throws IOException {
    assumeTrue(
        extension().describe().abilities().contains(ExampleDropout.class),
        name() + " has no ability ExampleDropout");
    try (Loaded at = new Loaded(all -> all, this::withDropout)) {
      at.assumeGates();
      Point point = Point.of(at.array(at.theta));
      long[] seeds = LongStream.range(0, at.examples.size()).map(e -> 7 + e / 2).toArray();
      double[][] together =
          at.adapted
              .require(ExampleDropout.class, "the suite")
              .scores(at.scope, at.batch, point, seeds);
      for (int e = 0; e < seeds.length; e++) {
        Batch alone = at.adapted.batch(at.scope, List.of(at.examples.get(e)));
        double[] dropped = at.adapted.scores(at.scope, alone, point.withDropout(seeds[e]))[0];
        assertThat(Engine.relativeDistance(together[e], dropped))
            .as("distance of the scores of %s with an example's dropout from those alone", name())
            .isLessThan(at.isWide() ? 1e-10 : 1e-5);
        double[] whole = at.adapted.scores(at.scope, alone, point)[0];
        assertThat(dropped)
            .as("scores of %s with dropout, and without", name())
            .isNotEqualTo(whole);
      }
    }
  }

  @Test
  void itsDropoutIsAFunctionOfTheSeed() throws IOException {
    try (Loaded at = new Loaded(all -> all, this::withDropout)) {
      at.assumeGates();
      Point point = at.point();
      LossGradient first = at.gradient(point.withDropout(3));
      assertThat(at.gradient(point.withDropout(4)).loss())
          .as("loss of %s with the dropout of another seed", name())
          .isNotEqualTo(first.loss());
      LossGradient again = at.gradient(point.withDropout(3));
      assertThat(again.loss())
          .as("loss of %s with the dropout of the same seed", name())
          .isEqualTo(first.loss());
      assertThat(Engine.values(again.theta()))
          .as("gradient of %s with the dropout of the same seed, bit for bit", name())
          .isEqualTo(Engine.values(first.theta()));
      assertThat(at.gradient(point).loss())
          .as("loss of %s outside of a training, where nothing is dropped", name())
          .isNotEqualTo(first.loss());
    }
  }

  /** What is computed again for the gradient has to drop the same again. */
  @Test
  void itsGradientWithDropoutIsTheDerivativeOfThatLoss() throws IOException {
    try (Loaded at = new Loaded(all -> all, this::withDropout)) {
      at.assumeGates();
      double[] u = at.directionTheta(4);
      double[] a = at.directionAlpha(5);
      // Where dropout leaves little, a norm that divides by it is steep.
      double part = at.isWide() ? 0.1 : 1;
      double slope =
          at.slope(t -> at.loss(at.point(u, part * t, a, part * t).withDropout(3))) / part;
      LossGradient found = at.gradient(at.point().withDropout(3));
      double along =
          Engine.dot(Engine.values(found.theta()), u)
              + Engine.dot(Engine.values(found.alpha().orElseThrow()), a);
      assertClose(at, along, slope, "theta and alpha with dropout");
      assertThat(found.loss())
          .as("loss with the gradient, and loss alone, of %s with the same dropout", name())
          .isCloseTo(at.loss(at.point().withDropout(3)), within(at.tolerance()));
    }
  }

  private AdapterPlan withDropout(AdapterPlan plan) {
    return new AdapterPlan(
        adapterWithDropout(), plan.layers(), plan.modules(), plan.head(), plan.objective());
  }

  @Test
  void aCallIsAFunctionOfItsArguments() throws IOException {
    try (Loaded at = new Loaded(true)) {
      NDArray theta = at.array(at.theta);
      Point point = Point.of(theta, at.array(at.alpha)).withDropout(3);
      LossGradient first = at.gradient(point);
      assertThat(Engine.values(theta))
          .as("theta after a call of %s; write into no argument", name())
          .isEqualTo(at.theta);
      at.gradient(Point.of(at.array(at.initial(SEED))).withDropout(4));
      LossGradient second = at.gradient(point);
      assertThat(second.loss())
          .as("loss of %s at the same point again", name())
          .isEqualTo(first.loss());
      assertThat(Engine.values(second.theta()))
          .as("gradient of %s at the same point again, bit for bit", name())
          .isEqualTo(Engine.values(first.theta()));
    }
  }

  @Test
  void noiseOnItsEmbeddingsIsAFunctionOfTheSeed() throws IOException {
    try (Loaded at = new Loaded(true)) {
      ability(at.adapted, NoisyEmbeddings.class);
      Point point = Point.of(at.array(at.theta)).withEmbeddingNoise(5);
      LossGradient first = at.gradient(point.withDropout(3));
      assertThat(at.gradient(point.withDropout(3)).loss())
          .as("loss of %s with noise of the same seed", name())
          .isEqualTo(first.loss());
      assertThat(at.gradient(point.withDropout(4)).loss())
          .as("loss of %s with noise of another seed", name())
          .isNotEqualTo(first.loss());
      double plain = at.gradient(Point.of(at.array(at.theta))).loss();
      assertThat(first.loss()).as("loss of %s with noise", name()).isNotEqualTo(plain);
      assertThat(at.gradient(point).loss())
          .as("loss of %s outside of a training, where there is no noise", name())
          .isEqualTo(plain);
    }
  }

  @Test
  void hasTheAbilitiesThatItsShapeLists() throws IOException {
    try (Loaded at = new Loaded(true)) {
      Set<Class<? extends ModelAbility>> listed = at.model.shape().abilities();
      Stream.concat(listed.stream(), ABILITIES.stream())
          .distinct()
          .forEach(
              ability ->
                  assertThat(at.has(ability))
                      .as("whether %s, loaded, can do what %s says", name(), ability)
                      .isEqualTo(listed.contains(ability)));
    }
  }

  @Test
  void saysHowItIsNamedInAnAdaptersFile() throws IOException {
    assertThat(extension().describe().baseModel())
        .as("name of the base model of %s", name())
        .isNotBlank();
  }

  @Test
  void embedsTextsIntoItsScope() throws IOException {
    try (Loaded at = new Loaded(true);
        NDManager scope = at.model.manager().newSubManager()) {
      NDArray embedded = ability(at.model, TextEmbedder.class).embed(scope, at.examples);
      assertThat(embedded.getShape().getShape())
          .as("shape of what %s embeds: [texts, hidden]", name())
          .hasSize(2)
          .startsWith(at.examples.size());
      assertThat(LiveArrays.of(scope).count())
          .as("native arrays left by embed of %s in its scope", name())
          .isEqualTo(1);
    }
  }

  /** An ability; the test ends here if the model lacks it. */
  private <T extends ModelAbility> T ability(HasAbilities of, Class<T> ability) {
    return of.ability(ability)
        .orElseGet(() -> abort(name() + " has no ability " + ability.getCanonicalName()));
  }

  @Test
  void refusesLayersAndModulesThatItDoesNotHave() throws IOException {
    try (BaseModel model = extension().load()) {
      ModelShape shape = model.shape();
      assertThat(
              catchThrowable(
                  () -> model.adapt(plan(List.of(shape.layers() + 7), modules(shape))).close()))
          .as("%s when layer %d of %d is to be adapted", name(), shape.layers() + 7, shape.layers())
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining(Integer.toString(shape.layers() + 7));
      List<Integer> layers = layers(shape);
      if (!layers.isEmpty()) {
        assertThat(
                catchThrowable(() -> model.adapt(plan(layers, List.of("no-such-module"))).close()))
            .as("%s when a module is to be adapted that is not there", name())
            .isInstanceOf(FlexoraException.class)
            .hasMessageContaining("no-such-module");
      }
    }
  }

  @Test
  void showsTheMatrixOfEachModule() throws IOException {
    try (BaseModel model = extension().load();
        NDManager scope = model.manager().newSubManager()) {
      ModelShape shape = model.shape();
      assumeTrue(!shape.modules().isEmpty(), "the backend adapts no modules");
      FrozenMatrices matrices = ability(model, FrozenMatrices.class);
      for (ModuleShape module : shape.modules()) {
        NDArray weight = matrices.weight(scope, shape.layers() - 1, module.name());
        assertThat(weight.getShape().getShape())
            .as("shape of the matrix of %s of %s: [outputs, inputs]", module.name(), name())
            .containsExactly(module.outputs(), module.inputs());
        assertThat(weight.getDataType())
            .as("type of the matrix of %s of %s", module.name(), name())
            .isEqualTo(DataType.FLOAT32);
        assertThat(Engine.norm(Engine.values(weight)))
            .as("length of the matrix of %s of %s", module.name(), name())
            .isFinite()
            .isPositive();
      }
      assertThat(LiveArrays.of(scope).count())
          .as("native arrays left by weight of %s in its scope", name())
          .isEqualTo(shape.modules().size());
      assertRefusesWeights(matrices, scope, shape);
    }
  }

  private void assertRefusesWeights(FrozenMatrices model, NDManager scope, ModelShape shape) {
    int beyond = shape.layers() + 7;
    String module = shape.modules().get(0).name();
    assertThat(catchThrowable(() -> model.weight(scope, beyond, module)))
        .as("%s when a matrix of layer %d of %d is asked for", name(), beyond, shape.layers())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(Integer.toString(beyond));
    assertThat(catchThrowable(() -> model.hasBias(beyond, module)))
        .as("%s when it is asked for a bias in layer %d of %d", name(), beyond, shape.layers())
        .isInstanceOf(FlexoraException.class);
    assertThat(catchThrowable(() -> model.weight(scope, 0, "no-such-module")))
        .as("%s when the matrix of a module is asked for that is not there", name())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no-such-module");
  }

  @Test
  void looksIntoItsLayers() throws IOException {
    try (Loaded at = new Loaded(true)) {
      LayerActivity fresh = at.activity(Point.of(at.array(at.initial(SEED))), at.examples);
      int layers = at.model.shape().layers();
      int modules = at.adapted.plan().modules().size();
      assertThat(fresh.tokens()).as("tokens counted by activity of %s", name()).isPositive();
      assertThat(fresh.angles()).as("angles of %s, one for each layer", name()).hasSize(layers);
      assertThat(fresh.angles())
          .as("angles of %s, of %d tokens, in units of pi", name(), fresh.tokens())
          .allMatch(angle -> angle > 0 && angle <= fresh.tokens());
      assertSums(fresh.adapterSquares(), layers, modules, "adapters");
      assertSums(fresh.frozenSquares(), layers, modules, "frozen modules");
      for (int layer = 0; layer < layers; layer++) {
        for (int module = 0; module < modules; module++) {
          double frozen = fresh.frozenSquares().get(layer).get(module);
          assertThat(frozen)
              .as("squares of frozen module %d of layer %d of %s", module, layer, name())
              .isPositive();
          assertThat(fresh.adapterSquares().get(layer).get(module))
              .as("squares of a fresh adapter in layer %d of %s", layer, name())
              .isCloseTo(0, within(1e-10 * frozen));
        }
      }
    }
  }

  private void assertSums(List<List<Double>> sums, int layers, int modules, String of) {
    assertThat(sums).as("sums of the %s of %s, for each layer", of, name()).hasSize(layers);
    assertThat(sums)
        .as("sums of the %s of %s in a layer, for each adapted module", of, name())
        .allMatch(layer -> layer.size() == modules);
  }

  /** In the lowest layer and there in the first module, whose input no adapter has changed. */
  @Test
  void theSquaresOfAnAdapterAreThoseOfItsParametersAndItsGate() throws IOException {
    try (Loaded at = new Loaded(true)) {
      at.assumeGates();
      LayerActivity plain = at.activity(Point.of(at.array(at.theta)), at.examples);
      int module = at.firstModule();
      double frozen = plain.frozenSquares().get(0).get(module);
      double squares = plain.adapterSquares().get(0).get(module);
      assertThat(squares).as("squares of the first adapter of %s", name()).isPositive();

      LayerActivity scaled = at.activity(Point.of(at.array(at.scaled(3))), at.examples);
      if (at.scales()) {
        assertSquares(at, scaled.adapterSquares().get(0).get(module), 9 * squares, "3 B");
      }
      assertSquares(at, scaled.frozenSquares().get(0).get(module), frozen, "3 B, the frozen");

      double all = Arrays.stream(at.alpha).map(Math::exp).sum();
      double gate = at.alpha.length * Math.exp(at.alpha[0]) / all;
      Point gated = Point.of(at.array(at.theta), at.array(at.alpha)).withDropout(3);
      LayerActivity behind = at.activity(gated, at.examples);
      assertSquares(
          at, behind.adapterSquares().get(0).get(module), gate * gate * squares, "a gate");
      assertSquares(at, behind.frozenSquares().get(0).get(module), frozen, "a gate, the frozen");
    }
  }

  private void assertSquares(Loaded at, double found, double expected, String by) {
    assertThat(found)
        .as("squares of the first module of %s, by %s", name(), by)
        .isCloseTo(expected, within(at.tolerance() * expected));
  }

  @Test
  void whereThereIsNoAdapterNothingIsAdded() throws IOException {
    try (Loaded at = new Loaded(all -> all.subList(Math.max(0, all.size() - 1), all.size()))) {
      at.assumeGates();
      List<Integer> adapted = at.adapted.plan().layers();
      LayerActivity found = at.activity(Point.of(at.array(at.theta)), at.examples);
      for (int layer = 0; layer < found.angles().size(); layer++) {
        boolean has = adapted.contains(layer);
        assertThat(found.adapterSquares().get(layer))
            .as("squares of adapters in layer %d of %s, adapted are %s", layer, name(), adapted)
            .allMatch(sum -> has ? sum > 0 : sum == 0);
        assertThat(found.frozenSquares().get(layer))
            .as("squares of frozen modules in layer %d of %s", layer, name())
            .allMatch(sum -> sum > 0);
      }
    }
  }

  @Test
  void theActivityOfABatchIsThatOfItsExamplesTogether() throws IOException {
    try (Loaded at = new Loaded(true)) {
      Point point = Point.of(at.array(at.theta));
      LayerActivity together = at.activity(point, at.examples);
      ActivitySum sum = new ActivitySum();
      at.examples.forEach(example -> sum.add(at.activity(point, List.of(example))));
      assertThat(together.tokens())
          .as("tokens of a batch by %s, padding left out", name())
          .isEqualTo(sum.value().tokens());
      assertThat(Engine.relativeDistance(flat(together), flat(sum.value())))
          .as("distance of the activity of %s over a batch from that of its examples", name())
          .isLessThan(Math.max(at.tolerance(), 1e-5));
    }
  }

  /** All sums, each of them over what its kind comes to. */
  /** Of all tokens, what the frozen matrices make of them is what the meter of activity counts. */
  @Test
  void theInputsOfAModuleAreWhatItsMatrixIsAppliedTo() throws IOException {
    try (Loaded at = new Loaded(true)) {
      at.assumeGates();
      Point point = Point.of(at.array(at.theta));
      LayerActivity activity = at.activity(point, at.examples);
      Map<AdapterSite, Double> squares = new HashMap<>();
      Map<AdapterSite, Long> tokens = new HashMap<>();
      at.activations(
          point,
          CountedTokens.ALL,
          (scope, site, rows) -> {
            NDArray weight =
                at.model
                    .require(FrozenMatrices.class, "the suite")
                    .weight(scope, site.layer(), site.module().name())
                    .toType(rows.getDataType(), false);
            double[] out = Engine.values(rows.matMul(weight.transpose()));
            squares.merge(site, Engine.dot(out, out), Double::sum);
            tokens.merge(site, rows.getShape().get(0), Long::sum);
          });
      List<String> modules = at.adapted.plan().modules();
      assertThat(squares).hasSize(at.adapted.plan().layers().size() * modules.size());
      squares.forEach(
          (site, found) -> {
            int module = modules.indexOf(site.module().name());
            double expected = activity.frozenSquares().get(site.layer()).get(module);
            assertThat(found)
                .as("squared length of what %s of %s puts out for all tokens", site.path(), name())
                .isCloseTo(expected, within(1e-4 * expected));
            assertThat(tokens.get(site))
                .as("tokens that %s of %s is shown with", site.path(), name())
                .isEqualTo(activity.tokens());
          });
    }
  }

  /** With {@link Objective#CHOICES} a batch has the wrong answers, too. */
  @Test
  void oneLayerAfterTheOtherComputesWhatAllTogetherDo() throws IOException {
    assumeTrue(head().isPresent() || objective() == Objective.ANSWER, "the model compares answers");
    try (Loaded at = new Loaded(true)) {
      LayerwiseModel layerwise = ability(at.model, LayerwiseModel.class);
      Map<AdapterSite, List<double[]>> expected = new HashMap<>();
      at.activations(
          Point.of(at.array(at.none)),
          CountedTokens.ALL,
          (scope, site, rows) -> add(expected, site, rows));
      Map<AdapterSite, List<double[]>> found = new HashMap<>();
      LayerwiseModel.States states = layerwise.embedded(at.scope, at.examples);
      for (int layer = 0; layer < at.model.shape().layers(); layer++) {
        states =
            layerwise.layer(
                at.scope, states, layer, Map.of(), (scope, site, rows) -> add(found, site, rows));
      }
      assertThat(found).containsKeys(expected.keySet().toArray(AdapterSite[]::new));
      expected.forEach(
          (site, rows) ->
              assertThat(Engine.relativeDistance(joined(found.get(site)), joined(rows)))
                  .as("inputs of %s of %s, one layer after the other", site.path(), name())
                  .isLessThan(at.tolerance()));
      long tokens = states.rows().stream().mapToLong(rows -> rows.getShape().get(0)).sum();
      assertThat(tokens)
          .as("tokens that leave the last layer of %s", name())
          .isEqualTo(at.activity(Point.of(at.array(at.none)), at.examples).tokens());
    }
  }

  private static void add(Map<AdapterSite, List<double[]>> all, AdapterSite site, NDArray rows) {
    all.computeIfAbsent(site, s -> new ArrayList<>()).add(Engine.values(rows));
  }

  private static double[] joined(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  @Test
  void theInputsOfAnswersAreThoseOfTheirTokens() throws IOException {
    try (Loaded at = new Loaded(true)) {
      at.assumeGates();
      Point point = Point.of(at.array(at.theta));
      long all = at.activity(point, at.examples).tokens();
      long learnt = at.examples.stream().mapToLong(this::learntTokens).sum();
      Map<AdapterSite, Long> tokens = new HashMap<>();
      at.activations(
          point,
          CountedTokens.ANSWERS,
          (scope, site, rows) -> tokens.merge(site, rows.getShape().get(0), Long::sum));
      assertThat(tokens.values())
          .as("answer tokens that modules of %s are shown with", name())
          .isNotEmpty()
          .containsOnly(head().isPresent() ? all : learnt);
    }
  }

  /**
   * Of an example, with G the sum over tokens of the outer products of gradient and input of a
   * module, the gradient of a class output in LoRA's A is s Bᵀ G, and in B s G Aᵀ.
   */
  @Test
  void theGradientsOfClassOutputsAreTheirDerivatives() throws IOException {
    try (Loaded at = new Loaded(true)) {
      double[] u = at.withLastLayerOfHead(at.directionTheta(6));
      double[] weights = Engine.random(7, (long) at.examples.size() * MOST_CLASSES, 1);
      double found = at.alongClassGradients(u, weights, at.examples);
      double expected =
          at.slope(t -> at.weighedOutputs(Engine.plus(at.theta, t, u), weights, at.examples));
      assertThat(found)
          .as("derivative of weighed class outputs of %s along a direction", name())
          .isCloseTo(expected, within(at.tolerance() * Math.max(1, Math.abs(expected))));
      double alone = 0;
      for (int e = 0; e < at.examples.size(); e++) {
        double[] own = Arrays.copyOfRange(weights, e * MOST_CLASSES, (e + 1) * MOST_CLASSES);
        alone += at.alongClassGradients(u, own, at.examples.subList(e, e + 1));
      }
      assertThat(found)
          .as("the same, the sum of that of each example alone, without any padding")
          .isCloseTo(alone, within(Math.max(at.tolerance(), 1e-5) * Math.max(1, Math.abs(alone))));
    }
  }

  @Test
  void theGradientsOfDifferencesAreThoseOfTheClassOutputsLessThatOfTheFirst() throws IOException {
    try (Loaded at = new Loaded(true)) {
      at.assumeGates();
      List<double[]> expected = new ArrayList<>();
      at.classGradients(
          at.theta,
          at.examples,
          Differentiated.OUTPUTS,
          (scope, example, gradients) ->
              gradients.modules().stream()
                  .map(ExampleGradients.ModuleGradients::gradients)
                  .forEach(of -> expected.add(Engine.values(of.sub(of.get("0:1"))))));
      List<double[]> found = new ArrayList<>();
      at.classGradients(
          at.theta,
          at.examples,
          Differentiated.DIFFERENCES,
          (scope, example, gradients) ->
              gradients.modules().forEach(of -> found.add(Engine.values(of.gradients()))));
      assertThat(Engine.relativeDistance(joined(found), joined(expected)))
          .as("distance of the gradients of differences of class outputs of %s", name())
          .isLessThan(Math.max(at.tolerance(), 1e-5));
    }
  }

  @Test
  void classOutputsAreScoresButForANumberOfEachExample() throws IOException {
    try (Loaded at = new Loaded(true)) {
      double[][] expected = at.scores(at.theta, at.examples);
      List<Integer> seen = new ArrayList<>();
      at.classGradients(
          at.theta,
          at.examples,
          Differentiated.OUTPUTS,
          (scope, example, gradients) -> {
            seen.add(example);
            double[] scores = gradients.scores();
            assertThat(scores)
                .as("scores of example %d beside its class gradients by %s", example, name())
                .containsExactly(expected[example], within(Math.max(at.tolerance(), 1e-5)));
            double shift = gradients.outputs()[0] - scores[0];
            assertThat(gradients.outputs())
                .as("class outputs of example %d by %s", example, name())
                .containsExactly(
                    Arrays.stream(scores).map(score -> score + shift).toArray(),
                    within(Math.max(at.tolerance(), 1e-5)));
          });
      assertThat(seen)
          .as("examples that %s shows class gradients of", name())
          .isEqualTo(IntStream.range(0, at.examples.size()).boxed().toList());
    }
  }

  private long learntTokens(Tokens tokens) {
    if (tokens.choices().isEmpty()) {
      return 0;
    }
    return objective() == Objective.CHOICES
        ? tokens.choices().stream().mapToLong(Continuation::answerTokens).sum()
        : tokens.choices().get(tokens.example().label()).answerTokens();
  }

  private static double[] flat(LayerActivity activity) {
    return Stream.of(
            activity.adapterSquares(), activity.frozenSquares(), List.of(activity.angles()))
        .flatMapToDouble(ModelBackendSuite::shares)
        .toArray();
  }

  private static DoubleStream shares(List<List<Double>> sums) {
    double all = sums.stream().flatMap(List::stream).mapToDouble(d -> d).sum();
    return sums.stream().flatMap(List::stream).mapToDouble(d -> d / Math.max(all, 1e-300));
  }

  @Test
  void leavesItsResultsInTheScopeAndNothingElse() throws IOException {
    try (Loaded at = new Loaded(true)) {
      Point point = at.point();
      Direction u = new Direction(at.array(at.directionTheta(4)), at.array(at.directionAlpha(5)));
      at.callAll(point, u);
      int before = LiveArrays.of(at.model.manager()).count();
      for (int i = 0; i < 4; i++) {
        at.callAll(point, u);
      }
      assertThat(LiveArrays.of(at.model.manager()).count())
          .as("native arrays of %s after 4 calls of each method", name())
          .isEqualTo(before);
      try (NDManager scope = at.model.manager().newSubManager()) {
        LossGradient found = at.adapted.lossGradient(scope, at.batch, point);
        assertThat(found.theta().getManager() == scope)
            .as("gradient of %s is attached to the scope that was passed in", name())
            .isTrue();
        assertThat(found.theta().getDevice())
            .as("device of the gradient of %s; that of the model", name())
            .isEqualTo(at.model.manager().getDevice());
        assertThat(LiveArrays.of(scope).count())
            .as("native arrays left by lossGradient of %s in its scope", name())
            .isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void computesOnTheDeviceThatItIsGiven() throws IOException {
    try (Loaded at = new Loaded(true);
        NDManager own = at.model.manager().newSubManager()) {
      assertOnTheCpu(at.model.manager().getDevice(), "the model");
      assertOnTheCpu(at.adapted.initialTheta(own, new Seeds(SEED)).getDevice(), "initialTheta");
      LossGradient found = at.adapted.lossGradient(own, at.batch, at.point());
      assertOnTheCpu(found.theta().getDevice(), "lossGradient in theta");
      found.alpha().ifPresent(a -> assertOnTheCpu(a.getDevice(), "lossGradient in alpha"));
    }
  }

  /** The device that the suites inject, whatever else the machine has. */
  private void assertOnTheCpu(Device device, String what) {
    assertThat(device)
        .as("device of %s of %s; that which was injected", what, name())
        .isEqualTo(Device.cpu());
  }

  @Test
  void countsItsBatch() throws IOException {
    try (Loaded at = new Loaded(true)) {
      assertThat(at.batch.size()).as("size of a batch of %s", name()).isEqualTo(texts().size());
      assertThat(at.batch.terms()).as("terms of a batch of %s", name()).isPositive();
      assertThat(at.batch.paddedTokens())
          .as("padded tokens of a batch of %s", name())
          .isGreaterThanOrEqualTo(at.examples.stream().mapToLong(t -> t.ids().length).sum());
    }
  }

  private AdapterPlan plan(List<Integer> layers, List<String> modules) {
    return new AdapterPlan(adapter(), layers, modules, head(), objective());
  }

  /** An example of a text, which the head learns. */
  protected Example example(int index, String text) {
    if (!head().isPresent()) {
      List<String> answers = texts().subList(0, 3);
      List<Integer> alsoRight = index == 1 ? List.of(2) : List.of();
      return new Example("e" + index, List.of(text), " ", answers, index % 3, alsoRight, List.of());
    }
    List<String> choices = IntStream.range(0, classes()).mapToObj(c -> "class " + c).toList();
    return new Example("e" + index, text, choices, index % classes());
  }

  /** A loaded model, adapted, with a batch and a point. */
  private final class Loaded implements AutoCloseable {

    private final BaseModel model;
    private final AdaptedModel adapted;
    private final NDManager scope;
    private final List<Tokens> examples;
    private final Batch batch;
    private final DataType type;
    private final double[] theta;
    private final double[] none;
    private final double[] alpha;

    Loaded(boolean withLayers) throws IOException {
      this(all -> withLayers ? all : List.of());
    }

    Loaded(UnaryOperator<List<Integer>> chosen) throws IOException {
      this(chosen, plan -> plan);
    }

    Loaded(GateIndex.Layout gates) throws IOException {
      this(all -> all, plan -> plan.withGates(gates));
    }

    Loaded(UnaryOperator<List<Integer>> chosen, UnaryOperator<AdapterPlan> changed)
        throws IOException {
      ModelBackend backend = extension();
      model = backend.load();
      List<Integer> layers = chosen.apply(layers(model.shape()));
      adapted = model.adapt(changed.apply(plan(layers, modules(model.shape()))));
      scope = model.manager().newSubManager();
      try (Tokenizer tokenizer = backend.tokenizer()) {
        examples =
            IntStream.range(0, texts().size())
                .mapToObj(i -> tokenizer.tokens(example(i, texts().get(i)), head()))
                .toList();
      }
      batch = adapted.batch(scope, examples);
      type = adapted.initialTheta(scope, new Seeds(SEED)).getDataType();
      none = new double[Math.toIntExact(adapted.parameters().size())];
      theta = Engine.values(array(directionTheta(1)));
      alpha = Engine.values(array(directionAlpha(2)));
    }

    void assumeGates() {
      assumeTrue(alpha.length > 0, "the backend adapts no layers");
    }

    boolean isWide() {
      return type == DataType.FLOAT64;
    }

    double h() {
      return isWide() ? 1e-5 : 1e-2;
    }

    /** What the gradient gains from a step back to a step ahead. */
    double[] change(double[] u, double[] a, double step) {
      return Engine.plus(
          flatGradient(point(u, step, a, step)), -1, flatGradient(point(u, -step, a, -step)));
    }

    /** The derivative of the gradient by central differences of fourth order. */
    double[] differences(double[] u, double[] a) {
      double[] near = change(u, a, h());
      double[] far = change(u, a, 2 * h());
      return IntStream.range(0, near.length)
          .mapToDouble(i -> (8 * near[i] - far[i]) / (12 * h()))
          .toArray();
    }

    /**
     * Theta with each gate multiplied into the parameter that its contribution is proportional to.
     */
    double[] folded() {
      GateIndex index = gates();
      List<Double> values = index.values(Arrays.stream(alpha).boxed().toList());
      double[] folded = theta.clone();
      for (Slice slice : adapted.parameters().slices()) {
        if (scales(slice)) {
          Slice.Adapter of = (Slice.Adapter) slice.owner();
          List<Double> own =
              IntStream.range(0, index.size())
                  .filter(i -> gates(index.gates().get(i), of))
                  .mapToObj(values::get)
                  .toList();
          for (int i = 0; i < slice.size(); i++) {
            // The parts of a product are the columns of its second factor.
            folded[(int) slice.offset() + i] *= own.get(i % own.size());
          }
        }
      }
      return folded;
    }

    /** Theta of the values that a choice of all gates brings. */
    NDArray chosen() {
      GateIndex index = gates();
      ChosenValues.Choice all =
          ChosenValues.Choice.ofGates(
              index,
              index.values(Arrays.stream(alpha).boxed().toList()),
              IntStream.range(0, index.size()).boxed().toList());
      NDList arrays = new NDList();
      new ChosenValues(adapted.plan().method(), all)
          .of(adapted.parameters(), array(theta))
          .arrays()
          .forEach(
              a ->
                  arrays.add(
                      NativeArrays.of(scope, a.values(), new Shape(a.shape().size()), a.type())));
      return NDArrays.concat(arrays);
    }

    private boolean gates(GateIndex.Gate gate, Slice.Adapter of) {
      return gate.layer().orElse(of.layer()) == of.layer()
          && gate.module().orElse(of.module()).equals(of.module());
    }

    List<ChosenModule> everySecondModule() {
      List<ChosenModule> modules =
          adapted.parameters().places().stream()
              .map(place -> ChosenModule.of(place.site().layer(), place.site().module().name()))
              .distinct()
              .toList();
      return IntStream.range(0, modules.size())
          .filter(i -> (i + i / adapted.plan().modules().size()) % 2 == 0)
          .mapToObj(modules::get)
          .toList();
    }

    /** Theta with zeros where a contribution is proportional to it, but in some modules. */
    double[] without(List<ChosenModule> some) {
      double[] values = theta.clone();
      for (Slice slice : adapted.parameters().slices()) {
        if (scales(slice)) {
          Slice.Adapter of = (Slice.Adapter) slice.owner();
          if (!some.contains(ChosenModule.of(of.layer(), of.module().name()))) {
            Arrays.fill(values, (int) slice.offset(), (int) (slice.offset() + slice.size()), 0);
          }
        }
      }
      return values;
    }

    /** The values of another model's theta for the arrays that this one has, too. */
    double[] partOf(Loaded other, double[] values) {
      Map<String, double[]> byName = other.byName(values);
      return adapted.parameters().slices().stream()
          .flatMapToDouble(slice -> Arrays.stream(byName.get(slice.tensorName())))
          .toArray();
    }

    /** The derivative at 0 by central differences of fourth order. */
    double slope(DoubleUnaryOperator f) {
      double near = f.applyAsDouble(h()) - f.applyAsDouble(-h());
      double far = f.applyAsDouble(2 * h()) - f.applyAsDouble(-2 * h());
      return (8 * near - far) / (12 * h());
    }

    double tolerance() {
      return isWide() ? 1e-7 : 5e-3;
    }

    double[] none() {
      return none;
    }

    double[] zero() {
      return new double[gates().size()];
    }

    double[] directionTheta(long seed) {
      return Engine.random(seed, none.length, 0.5);
    }

    double[] directionAlpha(long seed) {
      return Engine.random(seed, gates().size(), 0.7);
    }

    GateIndex gates() {
      AdapterPlan plan = adapted.plan();
      List<ModuleShape> modules =
          model.shape().modules().stream().filter(m -> plan.modules().contains(m.name())).toList();
      return GateIndex.of(plan.gates(), plan.layers(), modules, plan.method());
    }

    NDArray array(double[] values) {
      return Engine.array(scope, values, type);
    }

    Point point() {
      return point(none, 0, zero(), 0);
    }

    Point point(double[] u, double byTheta, double[] a, double byAlpha) {
      return Point.of(array(Engine.plus(theta, byTheta, u)), array(Engine.plus(alpha, byAlpha, a)));
    }

    double loss(Point point) {
      return adapted.loss(scope, batch, point);
    }

    LossGradient gradient(Point point) {
      return adapted.lossGradient(scope, batch, point);
    }

    /** The parts of a theta that belong to some layers and to the head. */
    double[] wanted(double[] values, List<Integer> layers) {
      return adapted.parameters().slices().stream()
          .filter(s -> s.layer().map(layers::contains).orElse(true))
          .flatMapToDouble(
              s -> Arrays.stream(values, (int) s.offset(), (int) (s.offset() + s.size())))
          .toArray();
    }

    double[] flatGradient(Point point) {
      LossGradient found = gradient(point);
      return joined(
          Engine.values(found.theta()), found.alpha().map(Engine::values).orElse(new double[0]));
    }

    double[] product(double[] u, double[] a) {
      Direction found =
          adapted.hessianProduct(scope, batch, point(), new Direction(array(u), array(a)));
      return joined(found);
    }

    double[] joined(Direction found) {
      return joined(Engine.values(found.theta()), Engine.values(found.alpha()));
    }

    double[] joined(LossGradient found) {
      return joined(Engine.values(found.theta()), Engine.values(found.alpha().orElseThrow()));
    }

    double[] joined(double[] x, double[] y) {
      double[] joined = Arrays.copyOf(x, x.length + y.length);
      System.arraycopy(y, 0, joined, x.length, y.length);
      return joined;
    }

    double[] initial(long seed) {
      return Engine.values(adapted.initialTheta(scope, new Seeds(seed)));
    }

    Map<String, double[]> byName(double[] values) {
      return adapted.parameters().slices().stream()
          .collect(
              Collectors.toMap(
                  Slice::tensorName,
                  s -> Arrays.copyOfRange(values, (int) s.offset(), (int) (s.offset() + s.size())),
                  (x, y) -> x,
                  TreeMap::new));
    }

    double[][] scores(double[] values, List<Tokens> some) {
      return adapted.scores(scope, adapted.batch(scope, some), Point.of(array(values)));
    }

    /** What layers do; the test ends here if the model cannot measure it. */
    LayerActivity activity(Point point, List<Tokens> some) {
      return ability(adapted, LayerActivity.Meter.class)
          .activity(scope, adapted.batch(scope, some), point);
    }

    /** What modules see; the test ends here if the model does not show it. */
    void activations(Point point, CountedTokens tokens, ActivationVisitor visitor) {
      ability(adapted, ModuleActivations.class)
          .activations(scope, adapted.batch(scope, examples), point, tokens, visitor);
    }

    /** Gradients of class outputs; the test ends here if the model does not show them. */
    void classGradients(
        double[] values,
        List<Tokens> some,
        Differentiated differentiated,
        ClassGradients.Visitor visitor) {
      ability(adapted, ClassGradients.class)
          .classGradients(
              scope,
              adapted.batch(scope, some),
              Point.of(array(values)),
              adapted.plan().layers(),
              differentiated,
              visitor);
    }

    double weighedOutputs(double[] values, double[] weights, List<Tokens> some) {
      double[] sum = {0};
      classGradients(
          values,
          some,
          Differentiated.OUTPUTS,
          (own, example, gradients) ->
              sum[0] += Engine.dot(gradients.outputs(), ofExample(weights, example, gradients)));
      return sum[0];
    }

    private double[] ofExample(double[] weights, int example, ExampleGradients gradients) {
      int from = example * MOST_CLASSES;
      return Arrays.copyOfRange(weights, from, from + gradients.outputs().length);
    }

    /** The slope of {@link #weighedOutputs} along u, by the gradients; LoRA is assumed. */
    double alongClassGradients(double[] u, double[] weights, List<Tokens> some) {
      double[] sum = {0};
      classGradients(
          theta,
          some,
          Differentiated.OUTPUTS,
          (own, example, gradients) -> {
            double[] weight = ofExample(weights, example, gradients);
            for (ExampleGradients.ModuleGradients module : gradients.modules()) {
              sum[0] += along(own, module, u, weight);
            }
            gradients.features().ifPresent(f -> sum[0] += alongHead(Engine.values(f), u, weight));
          });
      return sum[0];
    }

    private double along(
        NDManager own, ExampleGradients.ModuleGradients module, double[] u, double[] weight) {
      List<Slice> slices =
          adapted.parameters().slices().stream()
              .filter(
                  s ->
                      s.owner() instanceof Slice.Adapter a
                          && a.layer() == module.site().layer()
                          && a.module().equals(module.site().module()))
              .toList();
      OptionalDouble scaling = adapted.plan().method().loraScaling(slices.get(0).shape().get(0));
      assumeTrue(scaling.isPresent(), "the adapter is not LoRA");
      NDArray a =
          Engine.array(own, part(theta, slices.get(0)), type).reshape(slices.get(0).shape());
      NDArray b =
          Engine.array(own, part(theta, slices.get(1)), type).reshape(slices.get(1).shape());
      double sum = 0;
      for (int c = 0; c < weight.length; c++) {
        NDArray outer = module.gradients().get(c).transpose().matMul(module.inputs());
        double[] ofA = Engine.values(b.transpose().matMul(outer));
        double[] ofB = Engine.values(outer.matMul(a.transpose()));
        sum +=
            weight[c]
                * (Engine.dot(ofA, part(u, slices.get(0)))
                    + Engine.dot(ofB, part(u, slices.get(1))));
      }
      return sum * scaling.getAsDouble();
    }

    private List<Slice> lastLayerOfHead() {
      List<Slice> head = adapted.parameters().ofHead();
      return head.subList(Math.max(0, head.size() - 2), head.size());
    }

    /** The direction without other layers of the head, whose gradients are not shown. */
    double[] withLastLayerOfHead(double[] u) {
      double[] some = u.clone();
      List<Slice> others = new ArrayList<>(adapted.parameters().ofHead());
      others.removeAll(lastLayerOfHead());
      for (Slice slice : others) {
        Arrays.fill(some, (int) slice.offset(), (int) (slice.offset() + slice.size()), 0);
      }
      return some;
    }

    private double alongHead(double[] features, double[] u, double[] weight) {
      List<Slice> head = lastLayerOfHead();
      double[] ofWeight = part(u, head.get(0));
      double[] ofBias = part(u, head.get(1));
      double sum = 0;
      for (int c = 0; c < weight.length; c++) {
        int from = c * features.length;
        double[] row = Arrays.copyOfRange(ofWeight, from, from + features.length);
        sum += weight[c] * (Engine.dot(row, features) + ofBias[c]);
      }
      return sum;
    }

    private double[] part(double[] values, Slice slice) {
      int from = Math.toIntExact(slice.offset());
      return Arrays.copyOfRange(values, from, from + Math.toIntExact(slice.size()));
    }

    boolean has(Class<? extends ModelAbility> ability) {
      return model.ability(ability).isPresent() || adapted.ability(ability).isPresent();
    }

    /** The place in the plan of the adapted module that comes first in a layer. */
    int firstModule() {
      List<String> modules = adapted.plan().modules();
      return model.shape().modules().stream()
          .map(ModuleShape::name)
          .filter(modules::contains)
          .findFirst()
          .map(modules::indexOf)
          .orElseThrow();
    }

    boolean scales() {
      return adapted.parameters().slices().stream().anyMatch(this::scales);
    }

    private boolean scales(Slice slice) {
      return slice.owner() instanceof Slice.Adapter owner
          && adapted.plan().method().isLinearIn(owner.parameter());
    }

    /** Theta with every parameter multiplied that an adapter's contribution is proportional to. */
    double[] scaled(double factor) {
      double[] scaled = theta.clone();
      adapted.parameters().slices().stream()
          .filter(this::scales)
          .flatMapToLong(s -> LongStream.range(s.offset(), s.offset() + s.size()))
          .forEach(i -> scaled[(int) i] *= factor);
      return scaled;
    }

    void callAll(Point point, Direction u) {
      try (NDManager own = model.manager().newSubManager()) {
        Batch fresh = adapted.batch(own, examples);
        adapted.lossGradient(own, fresh, point);
        adapted.lossGradient(own, fresh, Point.of(point.theta()), adapted.plan().layers());
        adapted.loss(own, fresh, point);
        adapted.hessianProduct(own, fresh, point, u);
        adapted.record(own, fresh, point).hessianProduct(own, u);
        adapted.scores(own, fresh, point);
        adapted.initialTheta(own, new Seeds(SEED));
        lookInto(own, fresh, point);
      }
    }

    private void lookInto(NDManager own, Batch fresh, Point point) {
      model
          .ability(FrozenMatrices.class)
          .ifPresent(
              m -> model.shape().modules().forEach(module -> m.weight(own, 0, module.name())));
      adapted.ability(LayerActivity.Meter.class).ifPresent(m -> m.activity(own, fresh, point));
      adapted
          .ability(ExampleDropout.class)
          .ifPresent(m -> m.scores(own, fresh, point, new long[examples.size()]));
      adapted
          .ability(ModuleActivations.class)
          .ifPresent(
              m -> m.activations(own, fresh, point, CountedTokens.ALL, (s, site, rows) -> {}));
      adapted
          .ability(ClassGradients.class)
          .ifPresent(
              m ->
                  m.classGradients(
                      own,
                      fresh,
                      point,
                      adapted.plan().layers(),
                      Differentiated.OUTPUTS,
                      (s, example, found) -> {}));
    }

    @Override
    public void close() {
      adapted.close();
      model.close();
    }
  }
}
