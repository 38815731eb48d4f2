package io.flexora.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrainedHeadTest {

  @Test
  void anyNumberOfEpochsComputesEachTextOnce() {
    AtomicInteger computed = new AtomicInteger();
    List<Tokens> texts = List.of(Models.tokens(0, 2, 1, 4), Models.tokens(1, 2, 2));
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu());
        AdaptedModel head =
            new TrainedHead(
                scope,
                Models.plan(List.of(), 2),
                3,
                text -> new float[] {computed.incrementAndGet(), text.ids()[0], 0.5f})) {
      NDArray theta = head.initialTheta(scope, new Seeds(1));
      double first = head.loss(scope, head.batch(scope, texts), Point.of(theta));
      double again = head.loss(scope, head.batch(scope, texts), Point.of(theta));
      assertThat(again).isEqualTo(first);
      assertThat(computed).hasValue(2);
      FeatureBatch swapped = (FeatureBatch) head.batch(scope, List.of(texts.get(1), texts.get(0)));
      assertThat(swapped.features().toFloatArray()).containsExactly(2, 2, 0.5f, 1, 1, 0.5f);
      assertThat(swapped.labels().toLongArray()).containsExactly(1, 0);
    }
  }

  @Test
  void featuresAreThoseOfTheModelWhateverTheBatch() throws IOException {
    OnnxBackend backend = Models.bge(Pooling.MEAN);
    List<Tokens> texts = Models.tokens(backend, List.of("One.", "two ".repeat(40), "Drei!"), 2);
    try (BaseModel model = backend.load();
        NDManager scope = model.manager().newSubManager()) {
      float[] together = features(model, scope, texts);
      NDArray embeddings = model.ability(TextEmbedder.class).orElseThrow().embed(scope, texts);
      assertThat(together).containsExactly(embeddings.toFloatArray(), within(2e-5f));
      for (int text = 0; text < texts.size(); text++) {
        assertThat(features(model, scope, List.of(texts.get(text))))
            .containsExactly(Arrays.copyOfRange(together, text * 384, (text + 1) * 384));
      }
    }
  }

  /** By a head of its own, which has computed nothing before. */
  private static float[] features(BaseModel model, NDManager scope, List<Tokens> texts) {
    try (AdaptedModel head = model.adapt(Models.plan(List.of(), 2))) {
      return ((FeatureBatch) head.batch(scope, texts)).features().toFloatArray();
    }
  }
}
