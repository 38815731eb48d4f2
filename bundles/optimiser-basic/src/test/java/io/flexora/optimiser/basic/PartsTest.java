package io.flexora.optimiser.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Parts;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two layers of which only some have a gradient, and a head with twice their learning rate. */
class PartsTest {

  private static final double[] START = {0.5, -0.3, 0.1, 0.2, -0.4, 0.7};
  private static final boolean[][] ACTIVE = {
    {true, false}, {true, true}, {false, true}, {false, true}, {true, true}, {true, false}
  };

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** The numbers of PyTorch 2.7's optimisers where the gradient of a resting layer is None. */
  static Stream<Arguments> references() {
    return Stream.of(
        Arguments.of(
            new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0.1)),
            new double[] {
              0.391863574166934,
              -0.4112085105001372,
              -0.015397383588730983,
              0.2959726893865343,
              -0.2798409785890164,
              1.0165859964921167
            }),
        Arguments.of(
            new Momentum(new MomentumOptions(0.9, 0.1)),
            new double[] {
              0.40062260539291344,
              -0.41978914667010725,
              0.010389662776549789,
              0.23874436691777748,
              -0.2566994751710946,
              0.9487233602501867
            }));
  }

  @ParameterizedTest
  @MethodSource("references")
  void followsPyTorchWhereSomeParametersHaveNoGradient(Optimiser optimiser, double[] expected) {
    UpdateRule rule = rule(optimiser);
    Iterate at = rule.start(manager, NativeArrays.of(manager, START));
    for (int step = 0; step < ACTIVE.length; step++) {
      at = rule.step(manager, at, gradient(step), step, parts(step));
    }

    assertThat(at.theta().toDoubleArray()).containsExactly(expected, within(1e-12));
  }

  @Test
  void whatRestsStaysAsItIs() {
    UpdateRule rule = rule(new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0)));
    Iterate before = rule.start(manager, NativeArrays.of(manager, START));
    before = rule.step(manager, before, gradient(0), 0);
    Iterate after =
        rule.step(manager, before, gradient(1), 1, new Parts(List.of(new Parts.Part(2, 5, 2))));

    for (String name : before.arrays().keySet()) {
      double[] old = before.arrays().get(name).toDoubleArray();
      double[] now = after.arrays().get(name).toDoubleArray();
      for (int i = 0; i < old.length; i++) {
        assertThat(now[i] == old[i]).as("%s[%d] rests", name, i).isEqualTo(i < 2 || i == 5);
      }
    }
  }

  @Test
  void allOfThetaIsAPartLikeAnother() {
    UpdateRule rule = rule(new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0)));
    Iterate whole = rule.start(manager, NativeArrays.of(manager, START));
    Iterate part = whole;
    for (int step = 0; step < 4; step++) {
      Parts all = new Parts(List.of(new Parts.Part(0, 6, step + 1)));
      whole = rule.step(manager, whole, gradient(step), step);
      part = rule.step(manager, part, gradient(step), step, all);
    }

    for (String name : whole.arrays().keySet()) {
      assertThat(part.arrays().get(name).toDoubleArray())
          .isEqualTo(whole.arrays().get(name).toDoubleArray());
    }
  }

  @Test
  void aPartThatBeginsAnewForgetsItsState() {
    UpdateRule rule = rule(new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0)));
    Iterate start = rule.start(manager, NativeArrays.of(manager, START));
    Iterate moved = rule.step(manager, start, gradient(0), 0);
    Parts anew = new Parts(List.of(new Parts.Part(0, 6, 1)));
    Iterate fresh = rule.start(manager, moved.theta());

    assertThat(rule.step(manager, moved, gradient(1), 1, anew).theta().toDoubleArray())
        .isEqualTo(rule.step(manager, fresh, gradient(1), 1, anew).theta().toDoubleArray())
        .isNotEqualTo(rule.step(manager, moved, gradient(1), 1).theta().toDoubleArray());
  }

  @Test
  void partsOutOfOrderAreRefused() {
    assertThatThrownBy(() -> new Parts(List.of(new Parts.Part(3, 5, 1), new Parts.Part(0, 3, 1))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Parts(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  private UpdateRule rule(Optimiser optimiser) {
    return new UpdateRule(
        optimiser,
        0.05,
        new Schedule(Schedule.Decay.LINEAR, 0, ACTIVE.length),
        new Clipping(1),
        Optional.of(NativeArrays.of(manager, new double[] {1, 1, 1, 1, 1, 2})));
  }

  private NDArray gradient(int step) {
    return NativeArrays.of(
        manager, IntStream.range(0, 6).mapToDouble(i -> Math.sin(1 + step * 6 + i)).toArray());
  }

  private static Parts parts(int step) {
    List<Parts.Part> parts = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      if (ACTIVE[step][layer]) {
        int last = layer;
        long count = IntStream.rangeClosed(0, step).filter(s -> ACTIVE[s][last]).count();
        parts.add(new Parts.Part(layer * 2L, 2 + layer * 3L, count));
      }
    }
    parts.add(new Parts.Part(5, 6, step + 1));
    return new Parts(parts);
  }
}
