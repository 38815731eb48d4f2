package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.transformer.Bf16Units;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whether training bge-small-en-v1.5 with frozen weights in bf16 goes as it does in float32. */
class Bf16TrainingTest {
  private static final int STEPS = 30;
  private static final UpdateRule ADAM =
      new UpdateRule(
          new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0)),
          5e-4,
          Schedule.constant(),
          Clipping.none(),
          Optional.empty());
  private static final AdapterPlan PLAN =
      new AdapterPlan(
          Adapters.lora(8, 0),
          IntStream.range(0, 12).boxed().toList(),
          List.of("query", "value"),
          Head.classes(2));
  private static final List<String> TEXTS =
      List.of(
          "The cat sat on the mat.",
          "A river bank, not a bank of money.",
          "He runs a small shop in town.",
          "The engine runs without any oil.",
          "Light rain fell in the evening hours.",
          "She gave a light and easy answer.",
          "They board the train at noon.",
          "A board of oak lay on the floor.");

  @Test
  void itsLossesFollowThoseOfFloat32() throws IOException {
    assumeTrue(Bf16Units.present(Device.cpu()), "bf16 is emulated on this processor, and slow");
    double[] exact = losses(ComputeChoice.FLOAT32);
    double[] rough = losses(ComputeChoice.BF16);

    double fall = exact[0] - exact[STEPS - 1];
    double difference =
        IntStream.range(0, STEPS)
            .mapToDouble(k -> Math.abs(exact[k] - rough[k]))
            .average()
            .orElseThrow();
    assertThat(fall).isGreaterThan(exact[0] / 2);
    // Measured: 0.0008. Another processor rounds its sums in another order, hence ten times as
    // much;
    // not zero, or bf16 was not used.
    assertThat(difference / mean(exact)).isBetween(1e-6, 0.01);
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElseThrow();
  }

  /** The training loss before each of the steps, which take two batches in turn. */
  private static double[] losses(ComputeChoice type) throws IOException {
    EncoderBackend backend = BgeSmall.backend(type, Pooling.CLS);
    List<Tokens> tokens = BgeSmall.tokens(backend, TEXTS);
    try (BaseModel base = backend.load();
        AdaptedModel model = base.adapt(PLAN);
        NDManager scope = base.manager().newSubManager()) {
      List<Batch> batches =
          List.of(
              model.batch(scope, tokens.subList(0, 4)), model.batch(scope, tokens.subList(4, 8)));
      Iterate at = ADAM.start(scope, model.initialTheta(scope, new Seeds(3)));
      double[] losses = new double[STEPS];
      for (int step = 0; step < STEPS; step++) {
        Batch batch = batches.get(step % batches.size());
        LossGradient found = model.lossGradient(scope, batch, Point.of(at.theta()));
        losses[step] = found.loss();
        at = ADAM.step(scope, at, found.theta(), step);
      }
      return losses;
    }
  }
}
