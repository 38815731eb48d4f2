package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.testkit.fixture.model.ReferenceLlama;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Sequences of different lengths in one packed batch, against each of them run by itself, here and
 * in packing.json of the folder {@code flexora.reference} (PyTorch).
 */
class PackingReferenceTest {

  private static final double EXACT = 1e-12;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  private static List<Tokens> sequences(JsonNode reference) {
    List<Tokens> sequences = new ArrayList<>();
    for (JsonNode sequence : reference.get("sequences")) {
      int[] ids = TinyModel.ints(sequence);
      int[] behind = Arrays.copyOfRange(ids, 1, ids.length);
      sequences.add(TinyModel.question(new int[] {ids[0]}, List.of(behind), 0));
    }
    return sequences;
  }

  /** Whether a batch is computed at once or cut into parts. */
  @Test
  void noSequenceSeesAnother() throws IOException {
    JsonNode reference = ReferenceLlama.read("packing.json");
    for (int maxBatchTokens : List.of(1024, 10, 1)) {
      try (BaseModel model = ReferenceLlama.load(new DecoderFamilies(), maxBatchTokens, 0);
          AdaptedModel adapted =
              model.adapt(
                  new AdapterPlan(
                      Lora.method(0), List.of(0, 1, 2), MODULES, Head.NONE, Objective.ANSWER));
          NDManager scope = model.manager().newSubManager()) {
        double[] values = Lora.theta(adapted.parameters(), MODULES, 0.3, 0.2);
        Point trained = Point.of(scope.create(values));
        Point untrained = Point.of(scope.create(new double[values.length]));
        Batch batch = adapted.batch(scope, sequences(reference));
        assertSums(adapted.scores(scope, batch, untrained), reference.get("token_losses"));
        assertSums(adapted.scores(scope, batch, trained), reference.get("lora_token_losses"));
        double[][] together = adapted.scores(scope, batch, trained);
        for (int s = 0; s < together.length; s++) {
          Batch alone = adapted.batch(scope, List.of(sequences(reference).get(s)));
          double score = adapted.scores(scope, alone, trained)[0][0];
          assertThat(together[s][0]).isCloseTo(score, within(EXACT * Math.abs(score)));
        }
        LossGradient found = adapted.lossGradient(scope, batch, trained);
        assertThat(found.terms()).isEqualTo(18);
        assertThat(found.loss())
            .isCloseTo(reference.get("lora_mean_loss").asDouble(), within(EXACT));
        double[] gradient = ArrayValues.of(found.theta());
        double[] norms = TinyModel.doubles(reference.get("lora_gradient_norms"));
        List<Slice> slices = adapted.parameters().slices();
        for (int i = 0; i < norms.length; i++) {
          int from = (int) slices.get(i).offset();
          double[] own = Arrays.copyOfRange(gradient, from, from + (int) slices.get(i).size());
          double norm = Math.sqrt(Arrays.stream(own).map(g -> g * g).sum());
          assertThat(norm).isCloseTo(norms[i], within(EXACT));
        }
      }
    }
  }

  private static void assertSums(double[][] found, JsonNode tokenLosses) {
    for (int s = 0; s < found.length; s++) {
      double sum = Arrays.stream(TinyModel.doubles(tokenLosses.get(s))).sum();
      assertThat(found[s][0]).isCloseTo(-sum, within(EXACT * sum));
    }
  }
}
