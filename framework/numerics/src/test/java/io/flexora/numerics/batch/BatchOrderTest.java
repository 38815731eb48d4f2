package io.flexora.numerics.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchOrderTest {

  private static final List<Integer> LENGTHS = lengths(103);

  @Test
  void eachEpochHasEveryExampleOnceAndAnOrderOfItsOwn() {
    BatchOrder order = order(LENGTHS, 4, 2, 1);
    List<List<Integer>> epochs = new ArrayList<>();
    for (long epoch = 0; epoch < 3; epoch++) {
      epochs.add(examples(order, epoch * order.stepsPerEpoch(), order.stepsPerEpoch()));
    }

    assertThat(epochs).doesNotHaveDuplicates();
    assertThat(epochs)
        .allSatisfy(
            epoch ->
                assertThat(epoch)
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 103).boxed().toList()));
  }

  @Test
  void allStepsButTheLastOfAnEpochAreFull() {
    BatchOrder order = order(LENGTHS, 4, 2, 1);

    assertThat(order.stepsPerEpoch()).isEqualTo(13);
    assertThat(IntStream.range(0, 13).map(step -> examples(order, step, 1).size()).toArray())
        .containsExactly(8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7);
    assertThat(order.batches(12)).extracting(batch -> batch.length).containsExactly(4, 3);
  }

  @Test
  void isAFunctionOfSeedAndStepInWhateverOrderTheStepsAreAsked() {
    BatchOrder forward = order(LENGTHS, 8, 1, 5);
    BatchOrder jumping = order(LENGTHS, 8, 1, 5);
    for (long step : new long[] {40, 0, 13, 39, 1, 26}) {
      assertThat(examples(jumping, step, 1)).isEqualTo(examples(forward, step, 1));
    }
    assertThat(examples(order(LENGTHS, 8, 1, 6), 0, 1)).isNotEqualTo(examples(forward, 0, 1));
  }

  @Test
  void theExamplesOfAStepDoNotDependOnHowItIsSplit() {
    for (int step = 0; step < 30; step++) {
      assertThat(examples(order(LENGTHS, 2, 4, 3), step, 1))
          .isEqualTo(examples(order(LENGTHS, 8, 1, 3), step, 1));
    }
  }

  @Test
  void padsLittleWithoutGivingUpTheShuffle() {
    List<Integer> lengths = lengths(4000);
    BatchOrder order = order(lengths, 16, 1, 2);
    double padded = 0;
    List<Integer> longest = new ArrayList<>();
    for (int step = 0; step < order.stepsPerEpoch(); step++) {
      int[] batch = order.batches(step).get(0);
      int max = Arrays.stream(batch).map(lengths::get).max().orElseThrow();
      padded += (double) max * batch.length;
      longest.add(max);
    }
    double tokens = lengths.stream().mapToInt(Integer::intValue).sum();

    assertThat(padded / tokens).isLessThan(1.06);
    assertThat(correlationWithPosition(longest)).isBetween(-0.2, 0.2);
  }

  @Test
  void aStepLargerThanTheDataIsTheWholeData() {
    BatchOrder order = order(lengths(5), 4, 8, 1);

    assertThat(order.stepsPerEpoch()).isEqualTo(1);
    assertThat(examples(order, 7, 1)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  /** As somebody writes it who means all that there is. */
  @Test
  void aStepOfMoreExamplesThanAnIntHoldsIsTheWholeData() {
    BatchOrder order = order(lengths(5), 16, Integer.MAX_VALUE, 1);

    assertThat(order.stepsPerEpoch()).isEqualTo(1);
    assertThat(examples(order, 3, 1)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @Test
  void sortedBatchesHaveEveryExampleOnceFromShortToLong() {
    List<int[]> batches = BatchOrder.sorted(List.of(5, 1, 4, 1, 9), 2);

    assertThat(batches).containsExactly(new int[] {1, 3}, new int[] {2, 0}, new int[] {4});
  }

  @Test
  void noExamplesAreRefused() {
    assertThatThrownBy(() -> order(List.of(), 4, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 examples");
  }

  @Test
  void packedBatchesHoldAsManyTokensAsTheyMay() {
    List<Integer> lengths = lengths(300);
    BatchOrder order = BatchOrder.packed(lengths, 64, 2, new Seeds(4), "training");
    List<Integer> seen = new ArrayList<>();
    Set<Integer> epochs = new HashSet<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      seen.clear();
      List<List<Integer>> batches = new ArrayList<>();
      for (int step = 0; step < order.stepsPerEpoch(); step++) {
        for (int[] batch : order.batches((long) epoch * order.stepsPerEpoch() + step)) {
          int tokens = Arrays.stream(batch).map(lengths::get).sum();
          assertThat(tokens <= 64 || batch.length == 1).isTrue();
          Arrays.stream(batch).forEach(seen::add);
          batches.add(Arrays.stream(batch).boxed().toList());
        }
      }
      epochs.add(batches.hashCode());
      assertThat(seen).hasSize(300).doesNotHaveDuplicates();
      int tokens = lengths.stream().mapToInt(Integer::intValue).sum();
      assertThat(batches.size() * 64 * 0.6).isLessThan(tokens);
    }
    assertThat(epochs).hasSize(2);
    BatchOrder again = BatchOrder.packed(lengths, 64, 2, new Seeds(4), "training");
    assertThat(again.batches(7)).usingRecursiveComparison().isEqualTo(order.batches(7));
  }

  @Test
  void anExampleThatIsLongerThanAPackHasOneOfItsOwn() {
    BatchOrder order = BatchOrder.packed(List.of(9, 2, 2, 3), 7, 1, new Seeds(1), "training");
    assertThat(order.stepsPerEpoch()).isEqualTo(2);
    assertThat(List.of(order.batches(0).get(0).length, order.batches(1).get(0).length))
        .containsExactlyInAnyOrder(1, 3);
  }

  private static BatchOrder order(List<Integer> lengths, int batch, int accumulation, long seed) {
    return new BatchOrder(lengths, batch, accumulation, new Seeds(seed), "training");
  }

  private static List<Integer> examples(BatchOrder order, long from, int steps) {
    List<Integer> examples = new ArrayList<>();
    for (long step = from; step < from + steps; step++) {
      order.batches(step).forEach(batch -> Arrays.stream(batch).forEach(examples::add));
    }
    return examples;
  }

  private static List<Integer> lengths(int examples) {
    return new Random(11).ints(examples, 5, 120).boxed().toList();
  }

  private static double correlationWithPosition(List<Integer> values) {
    double n = values.size();
    double meanX = (n - 1) / 2;
    double meanY = values.stream().mapToInt(Integer::intValue).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < values.size(); i++) {
      xy += (i - meanX) * (values.get(i) - meanY);
      xx += (i - meanX) * (i - meanX);
      yy += (values.get(i) - meanY) * (values.get(i) - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }
}
