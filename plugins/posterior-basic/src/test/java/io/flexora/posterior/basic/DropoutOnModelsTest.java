package io.flexora.posterior.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.adapter.structured.LohaAdapter;
import io.flexora.adapter.structured.LycorisOptions;
import io.flexora.api.ability.ExampleDropout;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Seeds;
import io.flexora.model.decoder.DecoderBackend;
import io.flexora.model.encoder.EncoderBackend;
import io.flexora.model.encoder.EncoderOptions;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import io.flexora.testkit.host.Extensions;
import io.flexora.transformers.causal.CausalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Monte Carlo dropout of tiny models in float64: in a batch, and of each example alone. */
class DropoutOnModelsTest {

  private static final String ENCODER =
      "../../bundles/solver-hypergradient/src/test/resources/io/flexora/solver/hypergradient/tiny-bert.onnx";
  private static final String DECODER =
      "../../bundles/model-decoder/src/test/resources/tiny/llama3";
  private static final int EXAMPLES = 10;
  private static final int SAMPLES = 3;
  private static final Seeds SEEDS = new Seeds(7);

  @ParameterizedTest
  @ValueSource(strings = {"cls", "mean"})
  void doesNotDependOnTheBatchesOfAnEncoder(String pooling) throws IOException {
    String options =
        "{source: '%s', max_tokens: 16, compute_dtype: float64, pooling: %s}"
            .formatted(Path.of(ENCODER).toAbsolutePath(), pooling);
    ModelBackend backend = Extensions.of(EncoderBackend.class, EncoderOptions.class, options);
    try (BaseModel base = backend.load()) {
      assertSameAsAlone(base, texts(), 3, Objective.ANSWER);
    }
  }

  /** A batch of few tokens is computed in parts. */
  @ParameterizedTest
  @ValueSource(ints = {1024, 50})
  void doesNotDependOnTheBatchesOfADecoder(int mostTokens) throws IOException {
    String options =
        "{source: '%s', max_tokens: 64, compute_dtype: float64, max_batch_tokens: %d}"
            .formatted(Path.of(DECODER).toAbsolutePath(), mostTokens);
    ModelBackend backend = Extensions.of(DecoderBackend.class, CausalOptions.class, options);
    try (BaseModel base = backend.load()) {
      for (Objective objective : List.of(Objective.ANSWER, Objective.CHOICES)) {
        assertSameAsAlone(base, questions(), 0, objective);
      }
    }
  }

  private static void assertSameAsAlone(
      BaseModel base, List<Tokens> examples, int classes, Objective objective) {
    List<String> modules = base.shape().modules().stream().map(ModuleShape::name).toList();
    for (AdapterMethod method : methods()) {
      AdapterPlan plan =
          new AdapterPlan(method, List.of(1, 2), modules, Head.classes(classes), objective);
      try (AdaptedModel model = base.adapt(plan);
          NDManager scope = base.manager().newSubManager()) {
        assertThat(model.ability(ExampleDropout.class)).isPresent();
        NDArray theta = NativeArrays.of(scope, random(model));
        Predictive fitted =
            new DropoutPosterior(new DropoutOptions(SAMPLES)).fit(context(scope, model, theta));
        List<double[]> expected = alone(scope, model, theta, examples);
        for (int size : new int[] {1, 3, 7, EXAMPLES}) {
          List<double[]> found =
              ExampleScores.of(
                  scope, model, examples, ScoringBatches.ofExamples(size), fitted::scores);
          for (int e = 0; e < EXAMPLES; e++) {
            assertThat(found.get(e))
                .as("example %d in batches of %d, %s", e, size, method.getClass().getSimpleName())
                .containsExactly(expected.get(e), within(1e-12));
          }
        }
        double[][] whole = model.scores(scope, model.batch(scope, examples), Point.of(theta));
        for (int e = 0; e < EXAMPLES; e++) {
          assertThat(Math.abs(whole[e][0] - expected.get(e)[0])).isGreaterThan(1e-6);
        }
      }
    }
  }

  /** LoRA drops elements of its input; LoHa rows of its change, and all of it. */
  private static List<AdapterMethod> methods() {
    LoraOptions lora = new LoraOptions(4, 8, 0.3, false, List.of());
    LycorisOptions loha = new LycorisOptions(2, 4, 0.4, 0.3, List.of());
    return List.of(Extensions.of(LoraAdapter.class, lora), Extensions.of(LohaAdapter.class, loha));
  }

  private static PosteriorOnModel context(NDManager scope, AdaptedModel model, NDArray theta) {
    return new PosteriorOnModel(
        model, theta, List.of(), List.of(), List.of(), SEEDS, scope, new RecordingMonitor());
  }

  private static List<double[]> alone(
      NDManager scope, AdaptedModel model, NDArray theta, List<Tokens> examples) {
    List<double[]> scores = new ArrayList<>();
    for (Tokens example : examples) {
      Batch batch = model.batch(scope, List.of(example));
      List<double[]> passes = new ArrayList<>();
      for (int pass = 0; pass < SAMPLES; pass++) {
        long seed = SEEDS.derive("mc-dropout", example.example().id(), pass);
        passes.add(model.scores(scope, batch, Point.of(theta).withDropout(seed))[0]);
      }
      scores.add(ChoiceProbabilities.mean(passes));
    }
    return scores;
  }

  private static double[] random(AdaptedModel model) {
    return new Random(5).doubles(model.parameters().size(), -0.3, 0.3).toArray();
  }

  private static List<Tokens> texts() {
    Random random = new Random(3);
    return IntStream.range(0, EXAMPLES)
        .mapToObj(
            i -> {
              int[] ids = random.ints(4 + random.nextInt(8), 0, 32).toArray();
              Example example = new Example("row " + i, "", List.of("a", "b", "c"), i % 3);
              return new Tokens(example, ids, List.of(), 0);
            })
        .toList();
  }

  /** Questions with two or three choices of one to three tokens. */
  private static List<Tokens> questions() {
    Random random = new Random(3);
    return IntStream.range(0, EXAMPLES)
        .mapToObj(
            i -> {
              int[] ids = random.ints(3 + random.nextInt(8), 4, 96).toArray();
              List<Continuation> choices =
                  IntStream.range(0, 2 + i % 2).mapToObj(c -> answer(random)).toList();
              List<String> texts = Collections.nCopies(choices.size(), "-");
              return new Tokens(new Example("row " + i, "", texts, i % 2), ids, choices, 0);
            })
        .toList();
  }

  private static Continuation answer(Random random) {
    int[] ids = random.ints(1 + random.nextInt(3), 4, 96).toArray();
    boolean[] marks = new boolean[ids.length];
    Arrays.fill(marks, true);
    return new Continuation(ids, marks);
  }
}
