package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Texts on the device, padded to the longest of them. */
final class EncoderBatch implements Batch {
  private final NDManager owner;
  private final List<Tokens> texts;
  private final int length;
  private final NDArray ids;
  private final NDArray mask;
  private final NDArray labels;
  private NDArray start;

  /**
   * Copies the texts to the device.
   *
   * @param type the type of the mask
   */
  EncoderBatch(NDManager owner, List<Tokens> texts, DataType type) {
    this.owner = owner;
    this.texts = List.copyOf(texts);
    this.length = texts.stream().mapToInt(t -> t.ids().length).max().orElseThrow();
    this.ids = NativeArrays.of(owner, paddedIds(), new Shape(size(), length));
    this.mask = mask(type);
    this.labels =
        NativeArrays.of(owner, texts.stream().mapToLong(t -> t.example().label()).toArray());
  }

  private long[] paddedIds() {
    long[] padded = new long[size() * length];
    for (int row = 0; row < size(); row++) {
      int[] text = texts.get(row).ids();
      for (int i = 0; i < text.length; i++) {
        padded[row * length + i] = text[i];
      }
    }
    return padded;
  }

  /** What is added to attention scores: 0 at a token, minus infinity at padding. */
  private NDArray mask(DataType type) {
    float[] added = new float[size() * length];
    for (int row = 0; row < size(); row++) {
      int end = texts.get(row).ids().length;
      Arrays.fill(added, row * length + end, (row + 1) * length, Float.NEGATIVE_INFINITY);
    }
    NDArray single = NativeArrays.of(owner, added, new Shape(size(), 1, 1, length));
    if (type == DataType.FLOAT32) {
      return single;
    }
    NDArray wide = single.toType(type, false);
    single.close();
    return wide;
  }

  @Override
  public int size() {
    return texts.size();
  }

  @Override
  public long terms() {
    return size();
  }

  @Override
  public long paddedTokens() {
    return (long) size() * length;
  }

  List<Tokens> texts() {
    return texts;
  }

  NDManager owner() {
    return owner;
  }

  /** {@code [batch, length]}. */
  NDArray ids() {
    return ids;
  }

  /** {@code [batch, 1, 1, length]}. */
  NDArray mask() {
    return mask;
  }

  /**
   * For each token 1, and 0 for padding, as float64 {@code [batch, length]}.
   *
   * @param scope the owner of the result
   */
  NDArray counted(NDManager scope) {
    double[] counted = new double[size() * length];
    for (int row = 0; row < size(); row++) {
      int end = row * length + texts.get(row).ids().length;
      Arrays.fill(counted, row * length, end, 1);
    }
    return NativeArrays.of(scope, counted, new Shape(size(), length));
  }

  /** Where the tokens are among the padded ones, ascending. */
  long[] places() {
    return IntStream.range(0, size()).boxed().flatMapToLong(this::places).toArray();
  }

  /** Where the tokens of a text are among the padded ones, ascending. */
  LongStream places(int row) {
    long first = (long) row * length;
    return LongStream.range(first, first + texts.get(row).ids().length);
  }

  /** {@code [batch]}. */
  NDArray labels() {
    return labels;
  }

  /** What the frozen part makes of the texts; computed once, as it does not depend on theta. */
  NDArray start(Supplier<NDArray> frozen) {
    if (start == null) {
      start = frozen.get();
      start.attach(owner);
    }
    return start;
  }
}
