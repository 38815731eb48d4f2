package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Measures the tokens a second of training on instructions, in batches that are filled by tokens
 * and in batches of eight examples of like length. Both go through the same examples, in turn; the
 * seconds are those of the processors, so that a busy machine tells the same ratio. Runs only with
 * {@code -Dflexora.speed=ROUNDS}, {@code -Dflexora.models=FOLDER} and {@code
 * -Dflexora.data=FOLDER}.
 */
class PackingSpeedTest {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final int BATCH = 8;
  private static final int BATCH_TOKENS = 1024;

  /** An epoch of one way of making batches. */
  private record Way(String name, BatchOrder order) {

    List<int[]> batches() {
      return IntStream.range(0, order.stepsPerEpoch())
          .mapToObj(order::batches)
          .flatMap(List::stream)
          .toList();
    }
  }

  @Test
  void packedBatchesAreNoSlower() throws IOException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    TorchEngine.start().useThreads(Integer.getInteger("flexora.threads", 2));
    DecoderBackend backend = RealModel.backend(ComputeChoice.FLOAT32, 512);
    List<Tokens> rows = instructions(backend, Integer.getInteger("flexora.rows", 40));
    List<Integer> lengths = rows.stream().map(Tokens::length).toList();
    Seeds seeds = new Seeds(1);
    List<Way> ways =
        List.of(
            new Way("like length", new BatchOrder(lengths, BATCH, 1, seeds, "training")),
            new Way("packed", BatchOrder.packed(lengths, BATCH_TOKENS, 1, seeds, "training")));
    double[] seconds = new double[ways.size()];
    long[] tokens = new long[ways.size()];
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(plan(model));
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = adapted.initialTheta(scope, new Seeds(1));
      var unused = step(adapted, scope, theta, rows.subList(0, 2));
      for (int round = 0; round < rounds; round++) {
        for (int way = 0; way < ways.size(); way++) {
          long start = SYSTEM.getProcessCpuTime();
          for (int[] batch : ways.get(way).batches()) {
            List<Tokens> own = Arrays.stream(batch).mapToObj(rows::get).toList();
            tokens[way] += step(adapted, scope, theta, own);
          }
          seconds[way] += (SYSTEM.getProcessCpuTime() - start) / 1e9;
        }
      }
    }
    for (int way = 0; way < ways.size(); way++) {
      System.out.printf(
          Locale.ROOT,
          "%s: %d steps of %d tokens in all, %.1f tokens a second of a processor%n",
          ways.get(way).name(),
          ways.get(way).batches().size(),
          tokens[way] / rounds,
          tokens[way] / seconds[way]);
    }
    assertThat(tokens[1]).isEqualTo(tokens[0]);
    double ratio = seconds[0] / seconds[1];
    System.out.printf(Locale.ROOT, "packed / like length: %.2f times the tokens a second%n", ratio);
    assertThat(ratio).isGreaterThan(0.85);
  }

  private static AdapterPlan plan(BaseModel model) {
    List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
    return new AdapterPlan(
        Lora.method(0), layers, List.of("q_proj", "v_proj"), Head.NONE, Objective.ANSWER);
  }

  private static long step(
      AdaptedModel adapted, NDManager scope, NDArray theta, List<Tokens> examples) {
    try (NDManager own = scope.newSubManager()) {
      Batch batch = adapted.batch(own, examples);
      adapted.lossGradient(own, batch, Point.of(theta)).theta().sum().getFloat();
      return batch.paddedTokens();
    }
  }

  /** Rows from all over the training split. */
  private static List<Tokens> instructions(DecoderBackend backend, int count) throws IOException {
    List<String> lines =
        Files.readAllLines(RealModel.folder("data").resolve("dolly_hhrlhf/train.jsonl"));
    List<Tokens> rows = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    try (Tokenizer tokenizer = backend.tokenizer()) {
      for (int i = 0; i < count; i++) {
        JsonNode row = json.readTree(lines.get((int) ((long) i * lines.size() / count)));
        String prompt =
            "Instruction: %s\n%s\nResponse:"
                .formatted(row.get("instruction").asText(), row.get("input").asText());
        rows.add(
            tokenizer.tokens(
                new Example(
                    "dolly:" + i,
                    List.of(prompt),
                    " ",
                    List.of(row.get("output").asText()),
                    0,
                    List.of()),
                Head.NONE));
      }
    }
    return rows;
  }
}
