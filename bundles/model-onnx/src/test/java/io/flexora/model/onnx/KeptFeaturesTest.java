package io.flexora.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.input.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptFeaturesTest {
  private final List<Integer> computed = new ArrayList<>();

  private float[] features(Tokens text) {
    computed.add(text.ids()[0]);
    return new float[] {text.ids()[0], text.ids().length};
  }

  @Test
  void computesATextOnceWhateverItsLabel() {
    KeptFeatures kept = new KeptFeatures(1000, this::features);
    assertThat(kept.of(Models.tokens(0, 2, 7, 8))).containsExactly(7, 2);
    assertThat(kept.of(Models.tokens(1, 2, 7, 8))).containsExactly(7, 2);
    assertThat(kept.of(Models.tokens(0, 2, 7))).containsExactly(7, 1);
    assertThat(computed).containsExactly(7, 7);
  }

  @Test
  void keepsWhatItHasOnceItIsFull() {
    // A text takes 4 bytes of one token and 8 of two features: there is room for two of them.
    KeptFeatures kept = new KeptFeatures(30, this::features);
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int text = 1; text <= 3; text++) {
        assertThat(kept.of(Models.tokens(0, 2, text))).containsExactly(text, 1);
      }
    }
    assertThat(computed).containsExactly(1, 2, 3, 3);
  }

  @Test
  void mayBeGivenIdsThatChangeLater() {
    KeptFeatures kept = new KeptFeatures(1000, this::features);
    int[] ids = {5};
    kept.of(Models.tokens(0, 2, ids));
    ids[0] = 6;
    assertThat(kept.of(Models.tokens(0, 2, ids))).containsExactly(6, 1);
    assertThat(kept.of(Models.tokens(0, 2, 5))).containsExactly(5, 1);
    assertThat(computed).containsExactly(5, 6);
  }
}
