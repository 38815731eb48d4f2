package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
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
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Measures the scoring of questions one at a time and of many at once, each question a tree whose
 * choices share their prompt. The ways take turns on the same questions; the seconds are those of
 * the processors, so that a busy machine tells the same ratio. Runs only with {@code
 * -Dflexora.speed=ROUNDS}, {@code -Dflexora.models=FOLDER} and {@code -Dflexora.data=FOLDER}.
 */
class ScoringSpeedTest {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Tokens of a batch; of the first, each question is a batch. */
  private static final int[] BATCH_TOKENS = {1, 256, 512, 1024, 4096};

  @Test
  void questionsTogetherAreNoSlower() throws IOException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    TorchEngine.start().useThreads(Integer.getInteger("flexora.threads", 1));
    int rows = Integer.getInteger("flexora.rows", 16);
    for (ComputeChoice type : List.of(ComputeChoice.FLOAT32, ComputeChoice.BF16)) {
      DecoderBackend backend = RealModel.backend(type, 512);
      try (BaseModel model = backend.load()) {
        compare(
            model,
            "PIQA, " + type,
            questions(backend, "piqa", 2 * rows, ScoringSpeedTest::piqa),
            rounds);
        compare(
            model,
            "HellaSwag, " + type,
            questions(backend, "hellaswag", rows, ScoringSpeedTest::hellaswag),
            rounds);
      }
    }
  }

  private static void compare(BaseModel model, String what, List<Tokens> questions, int rounds) {
    double[] seconds = new double[BATCH_TOKENS.length];
    List<List<double[]>> scores = new ArrayList<>();
    try (AdaptedModel adapted = model.adapt(plan(model));
        NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(theta(adapted, scope));
      var unused = scored(adapted, scope, point, questions.subList(0, 2), 1);
      for (int round = 0; round < rounds; round++) {
        for (int way = 0; way < BATCH_TOKENS.length; way++) {
          long start = SYSTEM.getProcessCpuTime();
          scores.add(scored(adapted, scope, point, questions, BATCH_TOKENS[way]));
          seconds[way] += (SYSTEM.getProcessCpuTime() - start) / 1e9;
        }
      }
    }
    long tokens = questions.stream().mapToLong(question -> question.computedTokens(true)).sum();
    for (int way = 0; way < BATCH_TOKENS.length; way++) {
      System.out.printf(
          Locale.ROOT,
          "%s, %d questions of %d tokens in all, batches of %d tokens: %.2f s of a processor%n",
          what,
          questions.size(),
          tokens,
          BATCH_TOKENS[way],
          seconds[way] / rounds);
    }
    boolean rough = what.endsWith("BF16");
    for (List<double[]> way : scores) {
      for (int q = 0; q < questions.size(); q++) {
        for (int choice = 0; choice < way.get(q).length; choice++) {
          double one = scores.get(0).get(q)[choice];
          double allowed = (rough ? 2e-2 : 1e-4) * Math.max(1, Math.abs(one));
          assertThat(way.get(q)[choice]).isCloseTo(one, within(allowed));
        }
      }
    }
    assertThat(seconds[3]).isLessThan(1.15 * seconds[0]);
  }

  private static NDArray theta(AdaptedModel adapted, NDManager scope) {
    return adapted.initialTheta(scope, new Seeds(1));
  }

  private static List<double[]> scored(
      AdaptedModel adapted, NDManager scope, Point point, List<Tokens> questions, int most) {
    return ExampleScores.at(scope, adapted, questions, ScoringBatches.ofTokens(most), point);
  }

  private static AdapterPlan plan(BaseModel model) {
    List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
    return new AdapterPlan(
        Lora.method(0), layers, List.of("q_proj", "v_proj"), Head.NONE, Objective.ANSWER);
  }

  private record Question(String prompt, List<String> choices) {}

  private static Question piqa(JsonNode row) {
    return new Question(
        "Question: " + row.get("goal").asText() + "\nAnswer:",
        List.of(row.get("sol1").asText(), row.get("sol2").asText()));
  }

  private static Question hellaswag(JsonNode row) {
    List<String> endings = new ArrayList<>();
    row.get("endings").forEach(ending -> endings.add(ending.asText()));
    return new Question(
        row.get("activity_label").asText() + ": " + row.get("ctx").asText(), endings);
  }

  /** Rows from all over the validation split. */
  private static List<Tokens> questions(
      DecoderBackend backend, String name, int count, Function<JsonNode, Question> read)
      throws IOException {
    List<String> lines =
        Files.readAllLines(RealModel.folder("data").resolve(name + "/validation.jsonl"));
    ObjectMapper json = new ObjectMapper();
    List<Tokens> rows = new ArrayList<>();
    try (Tokenizer tokenizer = backend.tokenizer()) {
      for (int i = 0; i < count; i++) {
        Question question =
            read.apply(json.readTree(lines.get((int) ((long) i * lines.size() / count))));
        rows.add(
            tokenizer.tokens(
                new Example(
                    name + ":" + i,
                    List.of(question.prompt()),
                    " ",
                    question.choices(),
                    0,
                    List.of()),
                Head.NONE));
      }
    }
    return rows;
  }
}
