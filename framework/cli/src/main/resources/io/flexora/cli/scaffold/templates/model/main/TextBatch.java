package {{package}};

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Tokens;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.List;

/** Texts on the device, padded to the longest of them. */
final class TextBatch implements Batch {

  private final int size;
  private final int length;
  private final NDArray ids;
  private final NDArray mask;
  private final NDArray labels;
  private NDArray start;

  TextBatch(NDManager owner, List<Tokens> texts, DataType type) {
    size = texts.size();
    length = texts.stream().mapToInt(text -> text.ids().length).max().orElseThrow();
    long[] padded = new long[size * length];
    // Added to attention scores: 0 at a token, minus infinity at padding.
    double[] added = new double[size * length];
    for (int row = 0; row < size; row++) {
      int[] text = texts.get(row).ids();
      for (int i = 0; i < text.length; i++) {
        padded[row * length + i] = text[i];
      }
      Arrays.fill(
          added, row * length + text.length, (row + 1) * length, Double.NEGATIVE_INFINITY);
    }
    ids = NativeArrays.of(owner, padded, new Shape(size, length));
    try (NDArray wide = NativeArrays.of(owner, added, new Shape(size, 1, 1, length))) {
      mask = NativeArrays.convert(owner, wide, type);
    }
    labels =
        NativeArrays.of(owner, texts.stream().mapToLong(text -> text.example().label()).toArray());
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long terms() {
    return size;
  }

  @Override
  public long paddedTokens() {
    return (long) size * length;
  }

  /** {@code [batch, length]}. */
  NDArray ids() {
    return ids;
  }

  /** {@code [batch, 1, 1, length]}. */
  NDArray mask() {
    return mask;
  }

  /** Takes what the lowest adapted layer starts from {@code [batch, length, hidden]}. */
  void start(NDArray states) {
    start = states;
  }

  /** The arrays {@code b} of the model's text. */
  List<NDArray> arrays() {
    return List.of(start, mask, labels);
  }
}
