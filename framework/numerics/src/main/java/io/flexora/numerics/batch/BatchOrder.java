package io.flexora.numerics.batch;

import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The assignment of examples to steps. Each epoch has every example once, in an order of its own;
 * examples of like length come together, so that little is padded. A pure function of the seed and
 * the step's number.
 *
 * <p>The examples of a step do not depend on how it is split: four batches of two are one batch of
 * eight.
 *
 * @since 0.1
 */
public final class BatchOrder {

  /** How many steps' examples are sorted by length together. */
  private static final int WINDOW = 32;

  private final int[] lengths;
  private final int batchSize;
  private final int stepSize;
  private final List<int[]> packs;
  private final Seeds seeds;
  private final String stream;
  private volatile Epoch latest = new Epoch(-1, List.of());

  private record Epoch(long number, List<int[]> steps) {}

  /**
   * Makes the order.
   *
   * @param lengths the length of each example, in tokens; at least one
   * @param batchSize the examples of a batch; the last one of a step may have fewer
   * @param accumulationSteps the batches of a step; the last step of an epoch may have fewer
   * @param seeds the seed
   * @param stream the name of the random stream, such as {@code training}
   */
  public BatchOrder(
      List<Integer> lengths, int batchSize, int accumulationSteps, Seeds seeds, String stream) {
    require(lengths, batchSize, accumulationSteps, "examples");
    this.lengths = lengths.stream().mapToInt(Integer::intValue).toArray();
    this.batchSize = batchSize;
    this.stepSize = (int) Math.min(this.lengths.length, (long) batchSize * accumulationSteps);
    this.packs = List.of();
    this.seeds = seeds;
    this.stream = stream;
  }

  private BatchOrder(
      int[] lengths, List<int[]> packs, int accumulationSteps, Seeds seeds, String stream) {
    this.lengths = lengths;
    this.batchSize = 1;
    this.stepSize = Math.min(packs.size(), accumulationSteps);
    this.packs = List.copyOf(packs);
    this.seeds = seeds;
    this.stream = stream;
  }

  private static void require(List<Integer> lengths, int batch, int accumulation, String unit) {
    if (lengths.isEmpty() || batch < 1 || accumulation < 1) {
      throw new IllegalArgumentException(
          "%d examples in batches of %d %s, %d to a step"
              .formatted(lengths.size(), batch, unit, accumulation));
    }
  }

  /**
   * Makes the order of batches that have as many examples as fit into a number of tokens. Which
   * examples come together is drawn once, so that all epochs have as many steps; the order of the
   * batches is drawn for each epoch.
   *
   * @param lengths as for the constructor
   * @param batchTokens the most tokens of a batch; an example that is longer has one of its own
   * @param accumulationSteps as for the constructor
   */
  public static BatchOrder packed(
      List<Integer> lengths, int batchTokens, int accumulationSteps, Seeds seeds, String stream) {
    require(lengths, batchTokens, accumulationSteps, "tokens");
    int[] tokens = lengths.stream().mapToInt(Integer::intValue).toArray();
    long most = Arrays.stream(tokens).asLongStream().sum() / tokens.length;
    int window =
        (int) Math.min(tokens.length, WINDOW * Math.max(1, batchTokens / Math.max(1, most)));
    List<Integer> examples = sortedInWindows(tokens, window, seeds.stream("packs", stream, 0));
    List<int[]> packs = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    long filled = 0;
    for (int example : examples) {
      if (!open.isEmpty() && filled + tokens[example] > batchTokens) {
        packs.add(open.stream().mapToInt(Integer::intValue).toArray());
        open.clear();
        filled = 0;
      }
      open.add(example);
      filled += tokens[example];
    }
    packs.add(open.stream().mapToInt(Integer::intValue).toArray());
    return new BatchOrder(tokens, packs, accumulationSteps, seeds, stream);
  }

  /** The steps of an epoch. */
  public int stepsPerEpoch() {
    return (units() + stepSize - 1) / stepSize;
  }

  /** The batches of a packed order, and else the examples. */
  private int units() {
    return packs.isEmpty() ? lengths.length : packs.size();
  }

  /**
   * The batches of a step.
   *
   * @param step the number of the step, from 0
   * @return the indices of the examples of each batch
   */
  public List<int[]> batches(long step) {
    int[] examples = epoch(step / stepsPerEpoch()).steps().get((int) (step % stepsPerEpoch()));
    return packs.isEmpty()
        ? cut(examples, batchSize)
        : Arrays.stream(examples).mapToObj(packs::get).toList();
  }

  /** All examples once, in batches of like length; for an evaluation. */
  public static List<int[]> sorted(List<Integer> lengths, int batchSize) {
    int[] order =
        IntStream.range(0, lengths.size())
            .boxed()
            .sorted(Comparator.comparing(lengths::get))
            .mapToInt(Integer::intValue)
            .toArray();
    return cut(order, batchSize);
  }

  private Epoch epoch(long number) {
    Epoch epoch = latest;
    if (epoch.number() != number) {
      epoch = new Epoch(number, draw(seeds.stream("order", stream, number)));
      latest = epoch;
    }
    return epoch;
  }

  private List<int[]> draw(SplittableRandom random) {
    List<Integer> units =
        packs.isEmpty()
            ? sortedInWindows(lengths, WINDOW * stepSize, random)
            : shuffled(IntStream.range(0, packs.size()).boxed().toList(), random);
    List<int[]> steps = cut(units.stream().mapToInt(Integer::intValue).toArray(), stepSize);
    int whole = units() / stepSize;
    List<int[]> order = shuffled(steps.subList(0, whole), random);
    order.addAll(steps.subList(whole, steps.size()));
    return order;
  }

  /** All examples in an order of chance, in which those of a window stand by length. */
  private static List<Integer> sortedInWindows(int[] lengths, int window, SplittableRandom random) {
    List<Integer> examples = shuffled(IntStream.range(0, lengths.length).boxed().toList(), random);
    for (int from = 0; from < examples.size(); from += window) {
      int to = Math.min(examples.size(), from + window);
      examples.subList(from, to).sort(Comparator.comparingInt(e -> lengths[e]));
    }
    return examples;
  }

  private static <T> List<T> shuffled(List<T> items, SplittableRandom random) {
    List<T> result = new ArrayList<>(items);
    for (int i = result.size() - 1; i > 0; i--) {
      Collections.swap(result, i, random.nextInt(i + 1));
    }
    return result;
  }

  /** Cuts items into parts of a size, in their order; the last may be smaller. */
  public static List<int[]> cut(int[] items, int size) {
    List<int[]> parts = new ArrayList<>();
    for (int from = 0; from < items.length; from += size) {
      parts.add(Arrays.copyOfRange(items, from, Math.min(items.length, from + size)));
    }
    return parts;
  }
}
