package io.flexora.model.onnx;

import io.flexora.api.input.Tokens;
import io.flexora.model.onnx.OnnxSession.OnnxOutput;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.util.List;

/** Makes one vector of the states of each text's tokens. */
record Pooler(Pooling pooling) {
  /**
   * Pools.
   *
   * @param states {@code [texts, tokens, hidden]}, or {@code [texts, hidden]} of a model that pools
   *     itself
   * @return {@code [texts, hidden]}, row-major
   */
  float[] pool(OnnxOutput states, List<Tokens> texts) {
    if (states.shape().dimension() == 2) {
      return states.values();
    }
    int length = Math.toIntExact(states.shape().get(1));
    int hidden = Math.toIntExact(states.shape().get(2));
    float[] pooled = new float[texts.size() * hidden];
    for (int text = 0; text < texts.size(); text++) {
      int tokens = pooling == Pooling.CLS ? 1 : texts.get(text).ids().length;
      for (int i = 0; i < hidden; i++) {
        double sum = 0;
        for (int token = 0; token < tokens; token++) {
          sum += states.values()[(text * length + token) * hidden + i];
        }
        pooled[text * hidden + i] = (float) (sum / tokens);
      }
    }
    return pooled;
  }
}
