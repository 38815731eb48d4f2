package io.flexora.adapter.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.optimiser.basic.Sgd;
import io.flexora.optimiser.basic.SgdOptions;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.host.Extensions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings of the loss |s B A - T|² / 2 beside the same steps written out. */
class LoraPlusTest {

  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;
  private static final int RANK = 2;
  private static final double SCALING = 1.5;
  private static final int OF_A = RANK * INPUTS;
  private static final int SIZE = OF_A + OUTPUTS * RANK;
  private static final double RATE = 0.002;
  private static final double DECAY = 0.1;
  private static final int STEPS = 12;
  private static final double[] TARGET = {1, -2, 0.5, 0.25, 1.5, -1};
  private static final ModuleShape MODULE =
      new ModuleShape("query", "layer.%d.query", INPUTS, OUTPUTS);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static LoraAdapter lora(double ratio) {
    String options = "{lora_rank: 2, lora_alpha: 3, loraplus_lr_ratio: %s}".formatted(ratio);
    return Extensions.of(LoraAdapter.class, LoraOptions.class, options);
  }

  private static AdamW adamW() {
    return new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, DECAY));
  }

  /** The index of theta: A {@code [2, 3]}, then B {@code [2, 2]}. */
  private static ParameterIndex index(LoraAdapter lora) {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (AdapterParameter parameter : lora.parameters(MODULE)) {
      Slice.Owner owner = new Slice.Adapter(0, MODULE, parameter);
      slices.add(new Slice(offset, parameter.shape(), owner));
      offset += parameter.shape().size();
    }
    return new ParameterIndex(slices);
  }

  private UpdateRule rule(double ratio, Optimiser optimiser) {
    UpdateOptions options =
        new UpdateOptions(
            new GivenComponent<>("given", optimiser),
            RATE,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT);
    return options.rule(manager, index(lora(ratio)), DataType.FLOAT64, 0, STEPS);
  }

  private static double[] start() {
    return new SplittableRandom(5).doubles(SIZE, -1, 1).toArray();
  }

  private static double[] gradient(double[] theta) {
    double[] gradient = new double[SIZE];
    for (int o = 0; o < OUTPUTS; o++) {
      for (int i = 0; i < INPUTS; i++) {
        double away = -TARGET[o * INPUTS + i];
        for (int r = 0; r < RANK; r++) {
          away += SCALING * theta[OF_A + o * RANK + r] * theta[r * INPUTS + i];
        }
        for (int r = 0; r < RANK; r++) {
          gradient[r * INPUTS + i] += SCALING * theta[OF_A + o * RANK + r] * away;
          gradient[OF_A + o * RANK + r] += SCALING * theta[r * INPUTS + i] * away;
        }
      }
    }
    return gradient;
  }

  /** Theta after each step, the start first. */
  private List<double[]> train(UpdateRule rule) {
    List<double[]> thetas = new ArrayList<>(List.of(start()));
    Iterate at = rule.start(manager, NativeArrays.of(manager, start()));
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = gradient(thetas.get(step));
      at = rule.step(manager, at, NativeArrays.of(manager, gradient), step);
      thetas.add(at.theta().toDoubleArray());
    }
    return thetas;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 16})
  void aStepOfBIsTheRatioTimesAsLongAndThatOfAIsAsLongAsEver(double ratio) {
    double[] start = start();
    double[] gradient = gradient(start);
    double[] found = train(rule(ratio, new Sgd(new SgdOptions(0)))).get(1);
    for (int i = 0; i < SIZE; i++) {
      double rate = i < OF_A ? RATE : ratio * RATE;
      assertThat(found[i] - start[i]).isCloseTo(-rate * gradient[i], within(1e-15));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 16})
  void theStepsAreThoseOfAdamWWithARateForEachFactor(double ratio) {
    List<double[]> found = train(rule(ratio, adamW()));
    double[] theta = start();
    double[] first = new double[SIZE];
    double[] second = new double[SIZE];
    for (int step = 1; step <= STEPS; step++) {
      double[] gradient = gradient(theta);
      for (int i = 0; i < SIZE; i++) {
        first[i] = 0.9 * first[i] + 0.1 * gradient[i];
        second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
        double root = Math.sqrt(second[i] / (1 - Math.pow(0.999, step))) + 1e-8;
        double move = first[i] / (1 - Math.pow(0.9, step)) / root;
        double rate = i < OF_A ? RATE : ratio * RATE;
        theta[i] -= rate * (move + DECAY * theta[i]);
      }
      assertThat(found.get(step))
          .as("theta after step %d", step)
          .containsExactly(theta, within(1e-12));
    }
  }

  @Test
  void aRatioOfOneIsPlainLoraBitForBit() {
    UpdateRule plain =
        new UpdateRule(adamW(), RATE, Schedule.constant(), Clipping.none(), Optional.empty());
    assertThat(train(rule(1, adamW())).get(STEPS)).isEqualTo(train(plain).get(STEPS));
  }

  @Test
  void bHasTheRatioAtAnyRankAndNoFileTellsIt() {
    LoraAdapter lora = lora(16);
    assertThat(lora.parameters(MODULE)).isEqualTo(LowRank.factors(MODULE, 2, 16));
    assertThat(lora.ranked().orElseThrow().parameters(MODULE, 1))
        .isEqualTo(LowRank.factors(MODULE, 1, 16));
    assertThat(lora.form().configuration()).isEqualTo(lora(1).form().configuration());
  }

  @Test
  void aRatioOfZeroIsRefused() {
    assertThatThrownBy(() -> lora(0)).hasMessageContaining("loraplus_lr_ratio");
  }
}
