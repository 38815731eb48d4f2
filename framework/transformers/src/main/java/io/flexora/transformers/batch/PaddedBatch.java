package io.flexora.transformers.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.input.Tokens;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Texts padded to the longest of them. They start by the method {@code prefix(w, ids, types, mask)}
 * of the model's text, with {@code ids} {@code [texts, length]}, {@code types} of the same shape, 1
 * at the tokens of the second text of a pair, or empty where there is no pair, and a {@code mask}
 * {@code [texts, 1, 1, length]} that is added to attention scores: 0 at a token, minus infinity at
 * padding.
 *
 * @since 0.1
 */
public final class PaddedBatch extends BatchPart implements PartedBatch {

  private final List<Tokens.Text> texts;
  private final int length;
  private final DataType type;

  /**
   * Makes a batch.
   *
   * @param places the examples, and the places of them that the head reads
   * @param type the type of the mask
   */
  public PaddedBatch(NDManager owner, HeadPlaces places, DataType type) {
    super(owner, places, 0);
    this.texts = places.texts();
    this.length = texts.stream().mapToInt(t -> t.ids().length).max().orElseThrow();
    this.type = type;
  }

  @Override
  public List<NDArray> start(NDManager owner, TorchScript script, List<NDArray> weights) {
    NDArray mask = mask(owner);
    try (NDManager temporary = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(temporary)
              .with("w", weights)
              .with("ids", NativeArrays.of(temporary, paddedIds(), shape()))
              .with("types", types(temporary))
              .with("mask", mask);
      NDArray states = script.call("prefix", arguments).singletonOrThrow();
      states.attach(owner);
      return List.of(states, mask);
    }
  }

  private NDArray types(NDManager owner) {
    if (texts.stream().noneMatch(Tokens.Text::isPair)) {
      return NativeArrays.of(owner, new long[0], new Shape(0));
    }
    long[] types = new long[texts.size() * length];
    for (int row = 0; row < texts.size(); row++) {
      Tokens.Text text = texts.get(row);
      Arrays.fill(types, row * length + text.second(), row * length + text.ids().length, 1);
    }
    return NativeArrays.of(owner, types, shape());
  }

  private long[] paddedIds() {
    long[] padded = new long[texts.size() * length];
    for (int row = 0; row < texts.size(); row++) {
      int[] text = texts.get(row).ids();
      for (int i = 0; i < text.length; i++) {
        padded[row * length + i] = text[i];
      }
    }
    return padded;
  }

  private NDArray mask(NDManager owner) {
    float[] added = new float[texts.size() * length];
    for (int row = 0; row < texts.size(); row++) {
      int end = texts.get(row).ids().length;
      Arrays.fill(added, row * length + end, (row + 1) * length, Float.NEGATIVE_INFINITY);
    }
    return NativeArrays.of(owner, added, new Shape(texts.size(), 1, 1, length), type);
  }

  @Override
  public int size() {
    return examples().size();
  }

  @Override
  public long paddedTokens() {
    return shape().size();
  }

  /** {@code [texts, length]}. */
  @Override
  public Shape shape() {
    return new Shape(texts.size(), length);
  }

  @Override
  public long[] firstTokens() {
    return LongStream.range(0, texts.size()).map(row -> row * length).toArray();
  }

  /** All tokens of the texts, special tokens included; a text has no answer apart. */
  @Override
  public long[] tokens(CountedTokens counted) {
    return IntStream.range(0, texts.size())
        .boxed()
        .flatMapToLong(
            row -> {
              long first = (long) row * length;
              return LongStream.range(first, first + texts.get(row).ids().length);
            })
        .toArray();
  }

  @Override
  public List<PaddedBatch> forLoss() {
    return List.of(this);
  }

  @Override
  public List<PaddedBatch> forScores() {
    return List.of(this);
  }
}
