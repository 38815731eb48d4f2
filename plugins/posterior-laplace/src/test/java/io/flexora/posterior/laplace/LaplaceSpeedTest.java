package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.sun.management.OperatingSystemMXBean;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Seeds;
import io.flexora.model.encoder.EncoderBackend;
import io.flexora.model.encoder.EncoderOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the processor time of laplace on bge-small-en-v1.5 with the classes of WordNet's nouns
 * and of all its words; runs only with {@code -Dflexora.speed=ROUNDS}, and prints one line of JSON
 * for each measurement.
 */
class LaplaceSpeedTest {

  private static final String MODEL = "bge-small-en-v1.5.onnx";
  private static final int EXAMPLES = 2;
  private static final int BATCH = 2;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  @TempDir Path folder;

  @Test
  void manyClassesOnAnEncoder() throws IOException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    TorchEngine.start().useThreads(1);
    try (BaseModel base = backend().load()) {
      for (List<String> modules :
          List.of(
              List.of("query", "value"),
              List.of(
                  "query",
                  "key",
                  "value",
                  "attention.output.dense",
                  "intermediate.dense",
                  "output.dense"))) {
        for (int classes : List.of(26, 45)) {
          List<Integer> layers = IntStream.range(0, 12).boxed().toList();
          try (AdaptedModel model =
                  base.adapt(new AdapterPlan(lora(), layers, modules, Head.classes(classes)));
              NDManager scope = base.manager().newSubManager()) {
            for (int round = 0; round < rounds; round++) {
              measure(scope, model, modules.size(), classes);
            }
          }
        }
      }
    }
  }

  private static void measure(NDManager owner, AdaptedModel model, int modules, int classes) {
    List<Tokens> examples = examples(classes);
    try (NDManager scope = owner.newSubManager()) {
      NDArray theta = NativeArrays.of(scope, random(model)).toType(DataType.FLOAT32, false);
      GradientPass pass =
          new GradientPass(
              model, theta, model.plan().layers(), BATCH, Averaging.MC.differentiated());
      long start = SYSTEM.getProcessCpuTime();
      pass.over(scope, examples, (own, e, found) -> {}, done -> {});
      double gradients = seconds(start);
      start = SYSTEM.getProcessCpuTime();
      Predictive posterior =
          new LaplacePosterior(options())
              .fit(
                  new PosteriorOnModel(
                      model,
                      theta,
                      examples,
                      List.of(),
                      List.of(),
                      new Seeds(1),
                      scope,
                      new RecordingMonitor()));
      double fit = seconds(start);
      start = SYSTEM.getProcessCpuTime();
      for (int from = 0; from < EXAMPLES; from += BATCH) {
        List<Tokens> some = examples.subList(from, from + BATCH);
        try (NDManager own = scope.newSubManager()) {
          double[][] scores = posterior.scores(own, some, model.batch(own, some));
          assertThat(scores[0][0]).isFinite();
        }
      }
      double predict = seconds(start);
      System.out.printf(
          Locale.ROOT,
          "{\"modules\": %d, \"classes\": %d, \"gradient_seconds\": %.4f, \"fit_seconds\": %.4f,"
              + " \"predict_seconds\": %.4f, \"evidence\": %.10f}%n",
          modules,
          classes,
          gradients / EXAMPLES,
          fit / EXAMPLES,
          predict / EXAMPLES,
          posterior.figures().get("log_evidence").number().orElseThrow());
    }
  }

  private static double seconds(long start) {
    return (SYSTEM.getProcessCpuTime() - start) / 1e9;
  }

  private static double[] random(AdaptedModel model) {
    Random random = new Random(1);
    return IntStream.range(0, Math.toIntExact(model.parameters().size()))
        .mapToDouble(i -> 0.05 * random.nextGaussian())
        .toArray();
  }

  /** Texts as long as WordNet's glosses are. */
  private static List<Tokens> examples(int classes) {
    Random random = new Random(2);
    List<String> choices = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    return IntStream.range(0, EXAMPLES)
        .mapToObj(
            i -> {
              int[] ids = random.ints(8 + random.nextInt(24), 1000, 30000).toArray();
              Example example = new Example("e" + i, "text", choices, random.nextInt(classes));
              return new Tokens(example, ids, List.of(), 0);
            })
        .toList();
  }

  private static LaplaceOptions options() {
    return new LaplaceOptions(
        TokenRule.EXPAND,
        LaplaceOptions.UncertainLayers.ALL,
        Optional.empty(),
        LaplaceOptions.PriorPrecisionMethod.EVIDENCE,
        Averaging.MC,
        1000,
        2048,
        10,
        LowRankMethod.INCREMENTAL,
        BATCH);
  }

  private static LoraAdapter lora() {
    LoraOptions options = new LoraOptions(8, 16, 0, false, List.of());
    return Extensions.of(LoraAdapter.class, options);
  }

  private ModelBackend backend() throws IOException {
    Path file = folder.resolve(MODEL);
    try (InputStream in = LaplaceSpeedTest.class.getResourceAsStream("/" + MODEL)) {
      Files.copy(in, file);
    }
    String options = "{source: '%s', max_tokens: 128, compute_dtype: float32}".formatted(file);
    return Extensions.of(EncoderBackend.class, EncoderOptions.class, options);
  }
}
