package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Measures how many examples a second are scored in batches of several sizes, in turn, and how many
 * a gradient takes. The seconds are those of the processors, so that a busy machine tells the same
 * ratio. Runs only with {@code -Dflexora.speed=ROUNDS} and {@code -Dflexora.data=FOLDER}.
 */
class EvaluationSpeedTest {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final int[] SIZES = {8, 16, 32, 64, 128};

  @Test
  void largerBatchesAreNotMuchSlower() throws IOException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    TorchEngine.start().useThreads(Integer.getInteger("flexora.threads", 1));
    for (ComputeChoice type : List.of(ComputeChoice.FLOAT32, ComputeChoice.BF16)) {
      double[] seconds = measured(type, rounds);
      for (int i = 0; i < SIZES.length; i++) {
        System.out.printf(
            Locale.ROOT, "%s: batches of %d: %.3f s%n", type, SIZES[i], seconds[i] / rounds);
      }
      System.out.printf(
          Locale.ROOT, "%s: gradients of 16: %.3f s%n", type, seconds[SIZES.length] / rounds);
      assertThat(seconds[3] / seconds[1]).isBetween(0.3, 2.0);
    }
  }

  private static double[] measured(ComputeChoice type, int rounds) throws IOException {
    EncoderBackend backend = BgeSmall.backend(type, Pooling.CLS);
    List<Tokens> examples = BgeSmall.tokens(backend, texts());
    List<Integer> layers = IntStream.range(0, 12).boxed().toList();
    double[] seconds = new double[SIZES.length + 1];
    try (BaseModel model = backend.load();
        AdaptedModel adapted =
            model.adapt(
                new AdapterPlan(
                    Adapters.lora(8, 0),
                    layers,
                    model.shape().modules().stream().map(m -> m.name()).toList(),
                    Head.classes(2)));
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = adapted.initialTheta(scope, new Seeds(1));
      score(adapted, scope, theta, examples.subList(0, 64), 16);
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < SIZES.length; i++) {
          long start = SYSTEM.getProcessCpuTime();
          score(adapted, scope, theta, examples, SIZES[i]);
          seconds[i] += (SYSTEM.getProcessCpuTime() - start) / 1e9;
        }
        long start = SYSTEM.getProcessCpuTime();
        for (List<Integer> batch : ScoringBatches.ofExamples(16).of(examples)) {
          try (NDManager own = scope.newSubManager()) {
            List<Tokens> tokens = batch.stream().map(examples::get).toList();
            adapted.lossGradient(own, adapted.batch(own, tokens), Point.of(theta));
          }
        }
        seconds[SIZES.length] += (SYSTEM.getProcessCpuTime() - start) / 1e9;
      }
    }
    return seconds;
  }

  private static void score(
      AdaptedModel adapted, NDManager scope, NDArray theta, List<Tokens> examples, int size) {
    List<double[]> scores =
        ExampleScores.at(
            scope, adapted, examples, ScoringBatches.ofExamples(size), Point.of(theta));
    assertThat(scores).hasSameSizeAs(examples);
  }

  private static List<String> texts() throws IOException {
    Path file = Path.of(System.getProperty("flexora.data"), "sst2", "validation.jsonl");
    ObjectMapper json = new ObjectMapper();
    List<String> texts = new ArrayList<>();
    for (String line :
        Files.readAllLines(file).subList(0, Integer.getInteger("flexora.rows", 320))) {
      texts.add(json.readTree(line).get("sentence").asText());
    }
    return texts;
  }
}
