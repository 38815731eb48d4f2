package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.input.TokenText;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.transformers.batch.HeadPlaces;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Texts on the device, padded to the longest of them. */
final class EncoderBatch implements Batch {
  private final NDManager owner;
  private final HeadPlaces places;
  private final List<TokenText> texts;
  private final int length;
  private final NDArray ids;
  private final NDArray mask;
  private List<NDArray> read;
  private NDArray start;

  /**
   * Copies the texts to the device.
   *
   * @param places the examples, and what the head reads of them
   * @param type the type of the mask
   */
  EncoderBatch(NDManager owner, HeadPlaces places, DataType type) {
    this.owner = owner;
    this.places = places;
    this.texts = places.texts();
    this.length = texts.stream().mapToInt(t -> t.ids().length).max().orElseThrow();
    this.ids = NativeArrays.of(owner, paddedIds(), new Shape(rows(), length));
    this.mask = mask(type);
  }

  private long[] paddedIds() {
    long[] padded = new long[rows() * length];
    for (int row = 0; row < rows(); row++) {
      int[] text = texts.get(row).ids();
      for (int i = 0; i < text.length; i++) {
        padded[row * length + i] = text[i];
      }
    }
    return padded;
  }

  /** What is added to attention scores: 0 at a token, minus infinity at padding. */
  private NDArray mask(DataType type) {
    float[] added = new float[rows() * length];
    for (int row = 0; row < rows(); row++) {
      int end = texts.get(row).ids().length;
      Arrays.fill(added, row * length + end, (row + 1) * length, Float.NEGATIVE_INFINITY);
    }
    NDArray single = NativeArrays.of(owner, added, new Shape(rows(), 1, 1, length));
    if (type == DataType.FLOAT32) {
      return single;
    }
    NDArray wide = single.toType(type, false);
    single.close();
    return wide;
  }

  @Override
  public int size() {
    return places.examples().size();
  }

  /** How many texts there are. */
  private int rows() {
    return texts.size();
  }

  @Override
  public long terms() {
    return places.size();
  }

  @Override
  public long paddedTokens() {
    return (long) rows() * length;
  }

  List<Tokens> examples() {
    return places.examples();
  }

  /** What the head reads. */
  HeadPlaces places() {
    return places;
  }

  /** For each text the number of its first token among the padded ones. */
  long[] firstTokens() {
    return LongStream.range(0, rows()).map(row -> row * length).toArray();
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
    double[] counted = new double[rows() * length];
    for (int row = 0; row < rows(); row++) {
      int end = row * length + texts.get(row).ids().length;
      Arrays.fill(counted, row * length, end, 1);
    }
    return NativeArrays.of(scope, counted, new Shape(rows(), length));
  }

  /** Where the tokens are among the padded ones, ascending. */
  long[] tokens() {
    return IntStream.range(0, rows())
        .boxed()
        .flatMapToLong(
            row -> {
              long first = (long) row * length;
              return LongStream.range(first, first + texts.get(row).ids().length);
            })
        .toArray();
  }

  /** What the layers start from, the mask of the texts, and what the head reads of them. */
  List<NDArray> arrays(NDArray start) {
    if (read == null) {
      read = places.arrays(owner, firstTokens());
    }
    return List.of(start, mask, read.get(0), read.get(1));
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
