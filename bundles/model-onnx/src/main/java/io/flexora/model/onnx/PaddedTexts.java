package io.flexora.model.onnx;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.input.Tokens;
import java.util.Arrays;
import java.util.List;

/**
 * Texts padded to the longest of them.
 *
 * @param texts the texts, at least one
 * @param length the tokens of the longest
 */
record PaddedTexts(List<Tokens> texts, int length) {
  static PaddedTexts of(List<Tokens> texts) {
    return new PaddedTexts(texts, texts.stream().mapToInt(t -> t.ids().length).max().orElseThrow());
  }

  /** {@code [texts, length]}. */
  Shape shape() {
    return new Shape(texts.size(), length);
  }

  /** What the model takes under that name, row-major. */
  long[] input(String name) {
    long[] values = new long[texts.size() * length];
    for (int row = 0; row < texts.size(); row++) {
      int[] ids = texts.get(row).ids();
      int start = row * length;
      switch (name) {
        case OnnxGraph.IDS -> {
          for (int i = 0; i < ids.length; i++) {
            values[start + i] = ids[i];
          }
        }
        case OnnxGraph.MASK -> Arrays.fill(values, start, start + ids.length, 1);
        // Token types: a single text is all of type 0.
        default ->
            Arrays.fill(
                values, start + texts.get(row).texts().get(0).second(), start + ids.length, 1);
      }
    }
    return values;
  }
}
