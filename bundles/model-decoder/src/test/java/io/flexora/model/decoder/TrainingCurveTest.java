package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Repeats trainings of PEFT with torch's AdamW, loss by loss. */
class TrainingCurveTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  private record Training(List<Double> losses, List<Double> norms) {}

  @Test
  void tinyModelTrainsAsWithPeft() throws IOException {
    TinyModel tiny = TinyModel.named("llama3");
    JsonNode reference =
        new ObjectMapper().readTree(tiny.folder().resolve("training.json").toFile());
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load()) {
      Training training =
          train(
              model,
              batches(reference),
              0.3,
              adamw(reference.get("adamw")),
              reference.get("losses").size());
      assertClose(training.losses(), reference.get("losses"), 1e-9);
      double[] norms = TinyModel.doubles(reference.get("theta_norms"));
      for (int i = 0; i < norms.length; i++) {
        assertThat(training.norms().get(i))
            .isCloseTo(norms[i], within(1e-9 * Math.max(1, norms[i])));
      }
    }
  }

  /** Batch k is rows 4k to 4k + 3 of PIQA; see the readme of the reference. */
  @Test
  void realModelTrainsAsWithPeft() throws IOException {
    JsonNode reference = RealModel.reference("peft-curve.json");
    DecoderBackend backend = RealModel.backend(ComputeChoice.FLOAT32, 512);
    List<Tokens> rows = RealModel.piqa(backend);
    int size = reference.get("batch").asInt();
    int steps = reference.get("losses").size();
    List<List<Tokens>> batches =
        IntStream.range(0, steps).mapToObj(k -> rows.subList(size * k, size * (k + 1))).toList();
    UpdateRule rule =
        adamw(
            reference.get("lr").asDouble(),
            0.9,
            0.999,
            1e-8,
            reference.get("weight_decay").asDouble());
    try (BaseModel model = backend.load()) {
      assertClose(train(model, batches, 0.02, rule, steps).losses(), reference.get("losses"), 1e-4);
    }
  }

  private static Training train(
      BaseModel model, List<List<Tokens>> batches, double start, UpdateRule rule, int steps) {
    List<Integer> layers = IntStream.range(0, model.shape().layers()).boxed().toList();
    AdapterPlan plan = new AdapterPlan(Lora.method(0), layers, MODULES, Head.NONE);
    List<Double> losses = new ArrayList<>();
    try (AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      double[] theta = Lora.theta(adapted.parameters(), MODULES, start, 0);
      NDArray type = adapted.initialTheta(scope, new Seeds(1));
      Iterate at = rule.start(scope, scope.create(theta).toType(type.getDataType(), false));
      for (int step = 0; step < steps; step++) {
        try (NDManager own = scope.newSubManager()) {
          LossGradient found =
              adapted.lossGradient(
                  own,
                  adapted.batch(own, batches.get(step % batches.size())),
                  Point.of(at.theta()));
          losses.add(found.loss());
          at = rule.step(scope, at, found.theta(), step);
        }
      }
      return new Training(losses, norms(adapted, ArrayValues.of(at.theta())));
    }
  }

  private static List<Double> norms(AdaptedModel adapted, double[] theta) {
    return adapted.parameters().slices().stream().map(slice -> norm(theta, slice)).toList();
  }

  private static double norm(double[] theta, Slice slice) {
    return Math.sqrt(
        IntStream.range((int) slice.offset(), (int) (slice.offset() + slice.size()))
            .mapToDouble(i -> theta[i] * theta[i])
            .sum());
  }

  private static List<List<Tokens>> batches(JsonNode reference) {
    List<List<Tokens>> batches = new ArrayList<>();
    for (JsonNode batch : reference.get("batches")) {
      List<Tokens> rows = new ArrayList<>();
      for (JsonNode row : batch) {
        List<int[]> answer = List.of(TinyModel.ints(row.get("answer")));
        rows.add(TinyModel.question(TinyModel.ints(row.get("prompt")), answer, 0));
      }
      batches.add(rows);
    }
    return batches;
  }

  private static UpdateRule adamw(JsonNode told) {
    return adamw(
        told.get("learning_rate").asDouble(),
        told.get("beta1").asDouble(),
        told.get("beta2").asDouble(),
        told.get("epsilon").asDouble(),
        told.get("weight_decay").asDouble());
  }

  private static UpdateRule adamw(
      double rate, double beta1, double beta2, double epsilon, double decay) {
    return new UpdateRule(
        new AdamW(new AdamWOptions(beta1, beta2, epsilon, decay)),
        rate,
        Schedule.constant(),
        Clipping.none(),
        Optional.empty());
  }

  private static void assertClose(List<Double> found, JsonNode expected, double tolerance) {
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i))
          .as("loss %d", i)
          .isCloseTo(expected.get(i).asDouble(), within(tolerance));
    }
  }
}
