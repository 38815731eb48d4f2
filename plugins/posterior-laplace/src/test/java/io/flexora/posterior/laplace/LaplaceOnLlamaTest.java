package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Seeds;
import io.flexora.model.decoder.DecoderBackend;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import io.flexora.testkit.host.Extensions;
import io.flexora.transformers.causal.CausalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Laplace-LoRA of a tiny Llama in float64. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaplaceOnLlamaTest {

  private static final String FOLDER = "../../bundles/model-decoder/src/test/resources/tiny/llama3";
  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final int BINS = 10;
  private static final double NOISE = 0.3;

  private BaseModel base;

  @BeforeAll
  void load() throws IOException {
    base = backend().load();
  }

  @AfterAll
  void close() {
    base.close();
  }

  private static ModelBackend backend() {
    String options =
        "{source: '%s', max_tokens: 64, compute_dtype: float64}"
            .formatted(Path.of(FOLDER).toAbsolutePath());
    return Extensions.of(DecoderBackend.class, CausalOptions.class, options);
  }

  private static LoraAdapter lora() {
    LoraOptions options = new LoraOptions(4, 8, 0.1, false, List.of());
    return Extensions.of(LoraAdapter.class, options);
  }

  private AdaptedModel adapted(List<Integer> layers) {
    return base.adapt(new AdapterPlan(lora(), layers, MODULES, Head.NONE, Objective.CHOICES));
  }

  /** Rows of different lengths have padding in a batch, and none alone. */
  @Test
  void neitherPaddingNorTheSizeOfABatchChangesAnything() {
    List<Tokens> training = rows("training", 10, 3, true);
    List<Tokens> test = rows("test", 6, 4, true);
    try (AdaptedModel model = adapted(List.of(0, 2));
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = NativeArrays.of(scope, random(model, 5));
      PosteriorOnModel context = context(scope, model, theta, training, List.of());
      for (TokenRule rule : TokenRule.values()) {
        Predictive alone = new LaplacePosterior(options(rule, 1)).fit(context);
        Predictive together = new LaplacePosterior(options(rule, 10)).fit(context);
        for (String figure : List.of("prior_precision", "log_evidence", "effective_parameters")) {
          double expected = number(alone, figure);
          assertThat(number(together, figure))
              .as("%s by %s", figure, rule)
              .isCloseTo(expected, within(1e-10 * Math.abs(expected)));
        }
        List<double[]> expected = scores(scope, model, alone, test, 1);
        List<double[]> found = scores(scope, model, together, test, 6);
        for (int e = 0; e < test.size(); e++) {
          assertThat(found.get(e)).containsExactly(expected.get(e), within(1e-10));
        }
      }
    }
  }

  @Test
  void onlyLayersThatAreAdaptedAndWantedAreUncertain() {
    try (AdaptedModel model = adapted(List.of(1, 2));
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = NativeArrays.of(scope, random(model, 5));
      PosteriorOnModel context =
          context(scope, model, theta, rows("training", 6, 3, false), List.of());
      List<Double> all = ranks(new LaplacePosterior(options(TokenRule.EXPAND, 4)), context);
      // q_proj has 32 inputs and outputs, v_proj 32 and 16; A and B have their sides in turn.
      List<Double> layer = List.of(32.0, 4.0, 4.0, 32.0, 32.0, 4.0, 4.0, 16.0);
      assertThat(all)
          .hasSize(16)
          .startsWith(layer.toArray(Double[]::new))
          .endsWith(layer.toArray(Double[]::new));
      LaplaceOptions last =
          changed(LaplaceOptions.UncertainLayers.LAST, Optional.empty(), Averaging.MC);
      assertThat(ranks(new LaplacePosterior(last), context)).isEqualTo(layer);
    }
  }

  @Test
  void withoutAdaptersItIsTheModelItself() {
    List<Tokens> test = rows("test", 3, 4, true);
    try (AdaptedModel model = adapted(List.of());
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = model.initialTheta(scope, new Seeds(1));
      PosteriorOnModel context =
          context(scope, model, theta, rows("training", 4, 3, false), List.of());
      Predictive found = new LaplacePosterior(options(TokenRule.EXPAND, 4)).fit(context);
      assertSame(scores(scope, model, found, test, 3), plain(scope, model, theta, test), 1e-12);
    }
  }

  @Test
  void underAStrongPriorItIsTheModelItself() {
    List<Tokens> test = rows("test", 3, 4, true);
    try (AdaptedModel model = adapted(List.of(0, 2));
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = NativeArrays.of(scope, random(model, 5));
      PosteriorOnModel context =
          context(scope, model, theta, rows("training", 4, 3, false), List.of());
      LaplaceOptions strong =
          changed(LaplaceOptions.UncertainLayers.ALL, Optional.of(1e12), Averaging.PROBIT);
      Predictive found = new LaplacePosterior(strong).fit(context);
      assertSame(scores(scope, model, found, test, 3), plain(scope, model, theta, test), 1e-8);
    }
  }

  /** A training on labels of which three in ten are wrong goes too far. */
  @Test
  void lowersTheLossAndTheCalibrationErrorAfterATrainingOnNoisyLabels() {
    List<Tokens> training = rows("training", 40, 11, false);
    List<Tokens> validation = rows("validation", 60, 12, false);
    List<Tokens> test = rows("test", 120, 13, false);
    try (AdaptedModel model = adapted(List.of(0, 2));
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = trained(scope, model, training, 60);
      List<double[]> before = plain(scope, model, theta, test);
      PosteriorOnModel context = context(scope, model, theta, training, validation);
      Predictive byEvidence = new LaplacePosterior(options(TokenRule.EXPAND, 20)).fit(context);
      assertLess(scores(scope, model, byEvidence, test, 40), before, test);
      assertThat(number(byEvidence, "log_evidence"))
          .isGreaterThan(number(byEvidence, "log_evidence_initial"));
      LaplaceOptions tuned =
          new LaplaceOptions(
              TokenRule.EXPAND,
              LaplaceOptions.UncertainLayers.ALL,
              Optional.empty(),
              LaplaceOptions.PriorPrecisionMethod.VALIDATION,
              Averaging.MC,
              200,
              2048,
              10,
              LowRankMethod.INCREMENTAL,
              20);
      Predictive byValidation = new LaplacePosterior(tuned).fit(context);
      List<double[]> after = scores(scope, model, byValidation, test, 40);
      assertLess(after, before, test);
      double best = loss(scores(scope, model, byValidation, validation, 60), validation);
      assertThat(best)
          .isLessThanOrEqualTo(
              loss(scores(scope, model, byEvidence, validation, 60), validation) + 2e-3);
    }
  }

  private static void assertLess(
      List<double[]> found, List<double[]> before, List<Tokens> examples) {
    assertThat(loss(found, examples)).isLessThan(0.8 * loss(before, examples));
    assertThat(calibrationError(found, examples))
        .isLessThan(0.8 * calibrationError(before, examples));
  }

  @Test
  void saysWhatIsInTheWay() throws IOException {
    LaplacePosterior laplace = new LaplacePosterior(options(TokenRule.EXPAND, 4));
    PosteriorSetting fine = setting(lora(), List.of("a", "b"), 4);
    assertThat(Compatibility.of(laplace::checkCompatibility, fine).first()).isEmpty();
    assertThat(
            Compatibility.of(
                    laplace::checkCompatibility, setting(new NoAdapter(), List.of("a", "b"), 4))
                .first()
                .orElseThrow())
        .contains("adapter 'some'", "s B A x");
    assertThat(
            Compatibility.of(laplace::checkCompatibility, setting(lora(), List.of("a", "b"), 0))
                .first()
                .orElseThrow())
        .contains("training examples");
    ModelShape shape = backend().describe();
    PosteriorSetting without =
        new PosteriorSetting(
            fine.task(),
            new GivenComponent<>("lora", lora()),
            shape.modules(),
            shape.withAbilities(Set.of()),
            4,
            0);
    assertThat(Compatibility.of(laplace::checkCompatibility, without).first().orElseThrow())
        .contains("gradients of its class outputs", "this model (" + shape.family() + ") cannot");
    PosteriorSetting pruned =
        new PosteriorSetting(
            fine.task(),
            fine.adapter(),
            fine.modules(),
            fine.shape(),
            4,
            0,
            true,
            fine.steps(),
            fine.recomputes());
    assertThat(Compatibility.of(laplace::checkCompatibility, pruned).first().orElseThrow())
        .contains("a base that the trainer prunes");
    LaplaceOptions tuned =
        new LaplaceOptions(
            TokenRule.EXPAND,
            LaplaceOptions.UncertainLayers.ALL,
            Optional.empty(),
            LaplaceOptions.PriorPrecisionMethod.VALIDATION,
            Averaging.MC,
            200,
            2048,
            10,
            LowRankMethod.INCREMENTAL,
            4);
    assertThat(
            Compatibility.of(new LaplacePosterior(tuned)::checkCompatibility, fine)
                .first()
                .orElseThrow())
        .contains("prior_precision_method", "validation examples");
  }

  /** Of two classes, one gradient of their difference, and two where probit has variances. */
  @Test
  void statesTheGradientsThatItTakes() throws IOException {
    PosteriorSetting setting = setting(lora(), List.of("a", "b"), 4);
    LaplacePosterior sampled = new LaplacePosterior(options(TokenRule.EXPAND, 4));
    assertThat(sampled.cost(setting).equivalentForwardPasses()).isEqualTo(4 * 3 + 3);
    LaplaceOptions probit =
        changed(LaplaceOptions.UncertainLayers.ALL, Optional.empty(), Averaging.PROBIT);
    assertThat(new LaplacePosterior(probit).cost(setting).equivalentForwardPasses())
        .isEqualTo(4 * 3 + 5);
  }

  @Test
  void layersThatAreComputedOnceMoreForTheirGradientsAreAnotherPass() throws IOException {
    PosteriorSetting once = setting(lora(), List.of("a", "b"), 4);
    PosteriorSetting twice =
        new PosteriorSetting(
            once.task(),
            once.adapter(),
            once.modules(),
            once.shape(),
            once.training(),
            once.validation(),
            once.hasOwnBase(),
            once.steps(),
            true);
    LaplacePosterior laplace = new LaplacePosterior(options(TokenRule.EXPAND, 4));
    assertThat(laplace.cost(twice).equivalentForwardPasses()).isEqualTo(4 * 4 + 4);
  }

  private PosteriorSetting setting(AdapterMethod adapter, List<String> choices, int training)
      throws IOException {
    return new PosteriorSetting(
        new EvaluatedTask(List.of(new Example("e", "text", choices, 0)), Head.NONE, true),
        new GivenComponent<>("some", adapter),
        base.shape().modules(),
        backend().describe(),
        training,
        0);
  }

  private static LaplaceOptions options(TokenRule rule, int batchSize) {
    return new LaplaceOptions(
        rule,
        LaplaceOptions.UncertainLayers.ALL,
        Optional.empty(),
        LaplaceOptions.PriorPrecisionMethod.EVIDENCE,
        Averaging.MC,
        200,
        2048,
        10,
        LowRankMethod.INCREMENTAL,
        batchSize);
  }

  private static LaplaceOptions changed(
      LaplaceOptions.UncertainLayers layers, Optional<Double> precision, Averaging averaging) {
    return new LaplaceOptions(
        TokenRule.EXPAND,
        layers,
        precision,
        LaplaceOptions.PriorPrecisionMethod.EVIDENCE,
        averaging,
        200,
        2048,
        10,
        LowRankMethod.INCREMENTAL,
        4);
  }

  private static PosteriorOnModel context(
      NDManager scope,
      AdaptedModel model,
      NDArray theta,
      List<Tokens> training,
      List<Tokens> validation) {
    return new PosteriorOnModel(
        model, theta, training, validation, List.of(), new Seeds(7), scope, new RecordingMonitor());
  }

  private static double number(Predictive of, String figure) {
    return of.figures().get(figure).number().orElseThrow();
  }

  private static List<Double> ranks(LaplacePosterior laplace, PosteriorOnModel context) {
    Figure ranks = laplace.fit(context).figures().get("ranks");
    return ranks.numbers();
  }

  private static List<double[]> scores(
      NDManager scope, AdaptedModel model, Predictive of, List<Tokens> examples, int batchSize) {
    return ExampleScores.of(
        scope, model, examples, ScoringBatches.ofExamples(batchSize), of::scores);
  }

  private static List<double[]> plain(
      NDManager scope, AdaptedModel model, NDArray theta, List<Tokens> examples) {
    return ExampleScores.of(
        scope,
        model,
        examples,
        ScoringBatches.ofExamples(40),
        (own, of, batch) -> model.scores(own, batch, Point.of(theta)));
  }

  private static void assertSame(List<double[]> found, List<double[]> expected, double tolerance) {
    for (int e = 0; e < found.size(); e++) {
      assertThat(found.get(e)).containsExactly(expected.get(e), within(tolerance));
    }
  }

  private static double[] random(AdaptedModel model, long seed) {
    return new Random(seed).doubles(model.parameters().size(), -0.3, 0.3).toArray();
  }

  /** Adam on all examples at once. */
  private static NDArray trained(
      NDManager scope, AdaptedModel model, List<Tokens> examples, int steps) {
    double[] theta = model.initialTheta(scope, new Seeds(3)).toDoubleArray();
    double[] mean = new double[theta.length];
    double[] square = new double[theta.length];
    for (int step = 1; step <= steps; step++) {
      try (NDManager own = scope.newSubManager()) {
        Point point = Point.of(NativeArrays.of(own, theta));
        double[] g =
            model.lossGradient(own, model.batch(own, examples), point).theta().toDoubleArray();
        for (int i = 0; i < g.length; i++) {
          mean[i] = 0.9 * mean[i] + 0.1 * g[i];
          square[i] = 0.99 * square[i] + 0.01 * g[i] * g[i];
          double scale = Math.sqrt(square[i] / (1 - Math.pow(0.99, step))) + 1e-8;
          theta[i] -= 0.03 * mean[i] / (1 - Math.pow(0.9, step)) / scale;
        }
      }
    }
    return NativeArrays.of(scope, theta);
  }

  /** Two classes by a token of the prompt; some labels are wrong. */
  private static List<Tokens> rows(String name, int count, long seed, boolean longAnswers) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int[] ids = random.ints(4 + random.nextInt(6), 4, 96).toArray();
              int label = ids[2] < 50 ? 0 : 1;
              label = random.nextDouble() < NOISE ? 1 - label : label;
              boolean isLong = longAnswers && i % 3 == 0;
              List<Continuation> choices =
                  List.of(
                      answer(isLong ? new int[] {11, 40, 7} : new int[] {11}),
                      answer(isLong ? new int[] {53, 9} : new int[] {53}));
              List<String> texts = Collections.nCopies(2, "-");
              return new Tokens(new Example(name + i, "", texts, label), ids, choices, 0);
            })
        .toList();
  }

  private static Continuation answer(int[] ids) {
    boolean[] marks = new boolean[ids.length];
    Arrays.fill(marks, true);
    return new Continuation(ids, marks);
  }

  private static double loss(List<double[]> scores, List<Tokens> examples) {
    double sum = 0;
    for (int e = 0; e < scores.size(); e++) {
      sum -= ChoiceProbabilities.logarithms(scores.get(e))[examples.get(e).example().label()];
    }
    return sum / scores.size();
  }

  private static double calibrationError(List<double[]> scores, List<Tokens> examples) {
    double[] excess = new double[BINS];
    for (int e = 0; e < scores.size(); e++) {
      double[] logarithms = ChoiceProbabilities.logarithms(scores.get(e));
      int chosen = logarithms[0] > logarithms[1] ? 0 : 1;
      double confidence = Math.exp(logarithms[chosen]);
      int bin = Math.min(BINS - 1, (int) (confidence * BINS));
      excess[bin] += confidence - (chosen == examples.get(e).example().label() ? 1 : 0);
    }
    return Arrays.stream(excess).map(Math::abs).sum() / scores.size();
  }
}
