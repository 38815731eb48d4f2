package io.flexora.transformers.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.ClassGradientReader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The places of a batch that a head reads, and their targets.
 *
 * @param head the head
 * @param reading what it reads, by tokens: not {@link Head.Input#POOLED}
 * @param examples the examples of the batch
 * @since 0.1
 */
public record HeadPlaces(Head head, Head.Input reading, List<Tokens> examples) {

  /** Copies the list. */
  public HeadPlaces {
    examples = List.copyOf(examples);
  }

  /** The texts of all examples. */
  public List<Tokens.Text> texts() {
    return examples.stream().flatMap(e -> e.texts().stream()).toList();
  }

  /** How many places there are. */
  public int size() {
    return examples.stream().mapToInt(this::size).sum();
  }

  /** How many places an example has. */
  public int size(Tokens example) {
    return example.texts().stream().mapToInt(text -> inText(text).length).sum();
  }

  /**
   * The arrays of a batch that a head reads: the token of each place, or, where means are read, the
   * text of each token, and the targets {@code [places, numbers]} in float64.
   *
   * @param owner the owner of the arrays
   * @param first for each text the number of its first token
   * @throws FlexoraException if the head does not give as many numbers for each place
   */
  public List<NDArray> arrays(NDManager owner, long[] first) {
    double[] targets = targets();
    return List.of(
        NativeArrays.of(owner, reading == Head.Input.MEAN ? textOfToken() : tokens(first)),
        NativeArrays.of(owner, targets, new Shape(size(), targets.length / size())));
  }

  /**
   * What the outputs of each example are computed from.
   *
   * @param first for each text the number of its first token
   * @throws FlexoraException if an example has not one place
   */
  public List<ClassGradientReader.CountedGradients> counted(long[] first) {
    List<Tokens.Text> texts = texts();
    if (texts.size() != examples.size() || size() != examples.size()) {
      throw new FlexoraException(
          "the head '%s' has several outputs of an example, which nothing differentiates one by one"
              .formatted(head.kind()));
    }
    return IntStream.range(0, first.length)
        .mapToObj(
            t -> {
              int length = texts.get(t).ids().length;
              int[] read =
                  reading == Head.Input.MEAN
                      ? IntStream.range(0, length).toArray()
                      : inText(texts.get(t));
              return ClassGradientReader.CountedGradients.ofAll(
                  LongStream.range(first[t], first[t] + length).toArray(), read);
            })
        .toList();
  }

  private long[] tokens(long[] first) {
    List<Tokens.Text> texts = texts();
    return IntStream.range(0, texts.size())
        .boxed()
        .flatMapToLong(t -> Arrays.stream(inText(texts.get(t))).mapToLong(i -> first[t] + i))
        .toArray();
  }

  private long[] textOfToken() {
    List<Tokens.Text> texts = texts();
    return IntStream.range(0, texts.size())
        .boxed()
        .flatMapToLong(t -> LongStream.generate(() -> t).limit(texts.get(t).ids().length))
        .toArray();
  }

  private int[] inText(Tokens.Text text) {
    return switch (reading) {
      case NOTHING -> new int[0];
      case LAST, MEAN, POOLED -> new int[] {text.ids().length - 1};
      case FIRST -> new int[] {0};
      case WORDS -> text.words();
    };
  }

  private double[] targets() {
    double[] all = examples.stream().flatMapToDouble(this::targets).toArray();
    if (size() == 0 || all.length % size() != 0) {
      throw new FlexoraException(
          "the head '%s' gives %d numbers as the targets of %d places"
              .formatted(head.kind(), all.length, size()));
    }
    return all;
  }

  private DoubleStream targets(Tokens example) {
    double[] whole = head.target(example.example());
    if (reading != Head.Input.WORDS || whole.length == 0) {
      return Arrays.stream(whole);
    }
    int words = head.readWords(example.example()).stream().mapToInt(List::size).sum();
    int each = Math.max(1, whole.length / Math.max(1, words));
    return Arrays.stream(whole).limit((long) each * size(example));
  }

  /** Cuts the scores of all places, as many of each, into those of the examples. */
  public double[][] ofExamples(double[] scores) {
    int width = scores.length / Math.max(1, size());
    double[][] own = new double[examples.size()][];
    int from = 0;
    for (int e = 0; e < own.length; e++) {
      int to = from + width * size(examples.get(e));
      own[e] = Arrays.copyOfRange(scores, from, to);
      from = to;
    }
    return own;
  }
}
