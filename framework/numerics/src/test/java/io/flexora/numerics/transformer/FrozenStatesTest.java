package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrozenStatesTest {

  private static final int NUMBERS = 100;
  private static final long ROOM_FOR_TWO = 2L * NUMBERS * Float.BYTES;

  private final List<Tokens> first = List.of(tokens("first"), tokens("second"));
  private final List<Tokens> other = List.of(tokens("third"));
  private NDManager owner;
  private FrozenStates states;
  private int computed;

  @BeforeEach
  void open() {
    owner = TorchEngine.start().newManager(Device.cpu());
    states = new FrozenStates(owner, ROOM_FOR_TWO);
  }

  @AfterEach
  void close() {
    owner.close();
  }

  @Test
  void computesABatchOnce() {
    assertThat(first(3, first)).isEqualTo(1);
    assertThat(first(3, List.copyOf(first))).isEqualTo(1);
    assertThat(computed).isEqualTo(1);
  }

  @Test
  void tellsApartWhatDiffers() {
    first(3, first);

    assertThat(first(4, first)).as("another lowest layer").isEqualTo(2);
    assertThat(first(3, other)).as("other examples").isEqualTo(3);
    assertThat(first(3, List.of(first.get(1), first.get(0)))).as("another order").isEqualTo(4);
    assertThat(first(3, List.of(tokens("first"), tokens("second"))))
        .as("other tokens of the same texts")
        .isEqualTo(5);
  }

  @Test
  void findsMostOfACycleThatIsATenthTooLong() {
    long room = 100L * NUMBERS * Float.BYTES;
    states = new FrozenStates(owner, room);
    for (int cycle = 0; cycle < 10; cycle++) {
      for (int batch = 0; batch < 110; batch++) {
        first(batch, first);
      }
    }

    assertThat(states.bytes()).isEqualTo(room);
    assertThat(computed).as("computed for 1100 times that a batch was asked for").isLessThan(400);
  }

  @Test
  void doesNotKeepWhatIsTooLarge() {
    states = new FrozenStates(owner, 10);

    assertThat(first(1, first)).isEqualTo(1);
    assertThat(states.bytes()).isZero();
    assertThat(first(1, first)).isEqualTo(2);
  }

  @Test
  void whatWasGivenOutLivesOnWithItsScope() {
    try (NDManager scope = owner.newSubManager()) {
      NDArray given = states.of(scope, 1, first, this::compute).get(0);
      for (int batch = 2; batch <= 30; batch++) {
        first(batch, first);
      }

      assertThat(given.toFloatArray()).containsOnly(1);
    }
    assertThat(first(30, first)).as("the newest").isEqualTo(30);
    assertThat(first(1, first)).as("one that made room").isEqualTo(31);
  }

  @Test
  void threadsThatAskForTheSameGetTheSame() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> asked = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        // Three kinds where two have room, so that what others still hold is let go of, too.
        int kind = i % 3;
        asked.add(threads.submit(() -> isOf(kind)));
      }
      for (Future<Boolean> same : asked) {
        assertThat(same.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(states.bytes()).isEqualTo(ROOM_FOR_TWO);
    assertThat(owner.getManagedArrays()).hasSize(2);
  }

  private boolean isOf(int kind) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray found =
          states
              .of(
                  scope,
                  kind,
                  first,
                  manager -> {
                    float[] values = new float[NUMBERS];
                    Arrays.fill(values, kind);
                    return List.of(NativeArrays.of(manager, values, new Shape(NUMBERS)));
                  })
              .get(0);
      float[] values = found.toFloatArray();
      return IntStream.range(0, NUMBERS).allMatch(i -> values[i] == kind);
    }
  }

  @Test
  void aFailureLeavesNothing() {
    assertThatThrownBy(
            () ->
                states.of(
                    owner,
                    1,
                    first,
                    manager -> {
                      throw new IllegalStateException("no memory");
                    }))
        .hasMessage("no memory");
    assertThat(states.bytes()).isZero();
    assertThat(first(1, first)).isEqualTo(1);
  }

  /** The number of the computation that the batch's array is of. */
  private int first(int lowest, List<Tokens> examples) {
    try (NDManager scope = owner.newSubManager()) {
      return (int) states.of(scope, lowest, examples, this::compute).get(0).toFloatArray()[0];
    }
  }

  private List<NDArray> compute(NDManager manager) {
    float[] values = new float[NUMBERS];
    Arrays.fill(values, ++computed);
    return List.of(NativeArrays.of(manager, values, new Shape(NUMBERS)));
  }

  private static Tokens tokens(String text) {
    return new Tokens(new Example(text, text, List.of("a"), 0), new int[] {1, 2}, List.of(), 0);
  }
}
