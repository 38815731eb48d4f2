package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whether segments are worth their time: what one gradient of bge-small-en-v1.5 needs at most. */
class CheckpointMemoryTest {
  private static final AdapterPlan PLAN =
      new AdapterPlan(
          Adapters.lora(8, 0),
          IntStream.range(0, 12).boxed().toList(),
          List.of("query", "value"),
          Head.classes(2));

  /** In a process of its own: here the collector and other tests move the resident memory. */
  @Test
  void fourSegmentsNeedFarLessMemoryThanAllActivationsAtOnce() throws IOException {
    assumeTrue(
        PeakMemory.measurable(),
        "the peak of the resident memory can be set back on Linux alone, in /proc/self/clear_refs");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Measurement.class.getName())
            .redirectError(Redirect.INHERIT)
            .start();
    List<String> output;
    try (BufferedReader reader = process.inputReader()) {
      output = reader.lines().toList();
    }
    assertThat(output).isNotEmpty();
    String[] growth = output.get(output.size() - 1).split(" ", 2);
    long segments = Long.parseLong(growth[0]);
    long all = Long.parseLong(growth[1]);

    assertThat(all).isGreaterThan(200 * 1024);
    assertThat(segments).isLessThan(all * 4 / 5);
  }

  /** Prints the growth of the resident memory in KiB, with four segments and without. */
  static final class Measurement {
    public static void main(String[] arguments) throws IOException {
      try (BaseModel checkpointed = load(4);
          BaseModel plain = load(0);
          AdaptedModel inSegments = checkpointed.adapt(PLAN);
          AdaptedModel atOnce = plain.adapt(PLAN)) {
        gradient(inSegments, texts(2, 16));
        gradient(atOnce, texts(2, 16));
        // The smaller one first: memory that it leaves to the allocator can only help the other.
        long segments = PeakMemory.growth(() -> gradient(inSegments, texts(8, 128)));
        long all = PeakMemory.growth(() -> gradient(atOnce, texts(8, 128)));
        System.out.println(segments + " " + all);
      }
    }
  }

  private static BaseModel load(int segments) throws IOException {
    return BgeSmall.backend(ComputeChoice.FLOAT32, Pooling.CLS, segments).load();
  }

  private static void gradient(AdaptedModel model, List<Tokens> texts) {
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu())) {
      NDArray theta = model.initialTheta(scope, new Seeds(1));
      NDArray alpha = scope.zeros(new Shape(PLAN.layers().size()), DataType.FLOAT32);
      model.lossGradient(scope, model.batch(scope, texts), Point.of(theta, alpha));
    }
  }

  private static List<Tokens> texts(int count, int length) {
    SplittableRandom random = new SplittableRandom(6);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Tokens(
                    new Example("e" + i, "", List.of("no", "yes"), i % 2),
                    random.ints(length, 1000, 20_000).toArray(),
                    List.of(),
                    0))
        .toList();
  }
}
