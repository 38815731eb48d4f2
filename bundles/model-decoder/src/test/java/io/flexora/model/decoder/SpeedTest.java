package io.flexora.model.decoder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import io.flexora.numerics.parallel.DataParallelModel;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Measures tokens per second of training, for the scripts that compare them with PEFT's; runs only
 * with {@code -Dflexora.speed=ROUNDS}, with {@code -Dflexora.threads} threads, and prints one line
 * of JSON for each measurement.
 */
class SpeedTest {

  private static final int ROWS = 8;
  private static final int LENGTH = 128;

  @Test
  void trains() throws IOException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    TorchEngine.start().useThreads(Integer.getInteger("flexora.threads", 2));
    for (ComputeChoice type : List.of(ComputeChoice.FLOAT32, ComputeChoice.BF16)) {
      DecoderBackend backend = RealModel.backend(type, 512);
      try (BaseModel model = backend.load()) {
        measure(model, "random, a quarter labelled", type, List.of(random(model)), rounds);
        measure(model, "piqa", type, batches(RealModel.piqa(backend)), rounds);
      }
    }
  }

  /** Steps of two batches: both by all threads, or each by a copy with half of them; in turns. */
  @Test
  void sharesBatches() throws IOException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    TorchEngine.start().useThreads(Integer.getInteger("flexora.threads", 2));
    DecoderBackend backend = RealModel.backend(ComputeChoice.FLOAT32, 512);
    List<Tokens> rows = RealModel.piqa(backend);
    BatchOrder order =
        new BatchOrder(
            rows.stream().map(Tokens::length).toList(), ROWS / 2, 2, new Seeds(1), "training");
    AdapterPlan plan =
        new AdapterPlan(
            Lora.method(0),
            IntStream.range(0, 30).boxed().toList(),
            List.of("q_proj", "v_proj"),
            Head.NONE);
    try (BaseModel model = backend.load();
        AdaptedModel one = model.adapt(plan);
        AdaptedModel two = DataParallelModel.of(List.of(model, model)).adapt(plan)) {
      for (int round = 0; round <= rounds; round++) {
        double alone = steps(model, one, rows, order);
        double shared = steps(model, two, rows, order);
        if (round > 0) {
          System.out.printf(
              "{\"what\": \"steps of two batches\", \"one_seconds\": %.3f, \"two_seconds\":"
                  + " %.3f}%n",
              alone, shared);
        }
      }
    }
  }

  private static double steps(
      BaseModel model, AdaptedModel adapted, List<Tokens> rows, BatchOrder order) {
    BatchedLoss loss = new BatchedLoss(adapted, rows);
    try (NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(adapted.initialTheta(scope, new Seeds(1)));
      long start = System.nanoTime();
      for (int step = 0; step < 3; step++) {
        loss.lossGradient(scope, order.batches(step), batch -> point);
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static List<Tokens> random(BaseModel model) {
    SplittableRandom random = new SplittableRandom(1);
    int vocabulary = model.shape().vocabulary();
    return IntStream.range(0, ROWS)
        .mapToObj(
            r -> {
              int[] ids = random.ints(LENGTH, 0, vocabulary).toArray();
              int prompt = LENGTH * 3 / 4;
              return TinyModel.question(
                  Arrays.copyOf(ids, prompt), List.of(Arrays.copyOfRange(ids, prompt, LENGTH)), 0);
            })
        .toList();
  }

  /** The first batches of an epoch as the trainer makes them. */
  private static List<List<Tokens>> batches(List<Tokens> rows) {
    BatchOrder order =
        new BatchOrder(
            rows.stream().map(Tokens::length).toList(), ROWS, 1, new Seeds(1), "training");
    List<List<Tokens>> batches = new ArrayList<>();
    for (int step = 0; step < 10; step++) {
      for (int[] batch : order.batches(step)) {
        batches.add(Arrays.stream(batch).mapToObj(rows::get).toList());
      }
    }
    return batches;
  }

  private static void measure(
      BaseModel model, String what, ComputeChoice type, List<List<Tokens>> batches, int rounds) {
    List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
    AdapterPlan plan =
        new AdapterPlan(Lora.method(0), layers, List.of("q_proj", "v_proj"), Head.NONE);
    try (AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      NDArray theta = adapted.initialTheta(scope, new Seeds(1));
      for (int round = 0; round <= rounds; round++) {
        long tokens = 0;
        long start = System.nanoTime();
        for (List<Tokens> rows : batches) {
          try (NDManager step = scope.newSubManager()) {
            Batch batch = adapted.batch(step, rows);
            adapted.lossGradient(step, batch, Point.of(theta)).theta().sum().getFloat();
            tokens += batch.paddedTokens();
          }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (round > 0) {
          System.out.printf(
              "{\"what\": \"%s\", \"type\": \"%s\", \"tokens\": %d, \"seconds\": %.3f}%n",
              what, type, tokens, seconds);
        }
      }
    }
  }
}
