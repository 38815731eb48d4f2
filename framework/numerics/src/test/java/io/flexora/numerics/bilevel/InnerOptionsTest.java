package io.flexora.numerics.bilevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InnerOptionsTest {

  private static final Component<Optimiser> OPTIMISER =
      new Component<>() {
        @Override
        public String name() {
          return "any";
        }

        @Override
        public Optimiser get() {
          throw new UnsupportedOperationException("no optimiser is needed");
        }
      };

  private static InnerOptions inner(Schedule.Decay decay, int warmupSteps, int decaySteps) {
    return new InnerOptions(
        new UpdateOptions(OPTIMISER, 0.1, Optional.empty(), 0, decay), warmupSteps, decaySteps);
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEAR", "COSINE", "COSINE_WITH_MIN_LR", "WARMUP_STABLE_DECAY"})
  void aDecayThatEndsNeedsStepsToFallIn(Schedule.Decay decay) {
    assertThatThrownBy(() -> inner(decay, 0, 0))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("lr_scheduler_type: " + decay.name().toLowerCase(Locale.ROOT))
        .hasMessageContaining("decay_steps: 0")
        .hasMessageContaining("outer_steps times inner_steps");
    assertThatThrownBy(() -> inner(decay, 5, 5))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("more than warmup_steps: 5");
    assertThat(inner(decay, 5, 6).decaySteps()).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONSTANT", "CONSTANT_WITH_WARMUP", "INVERSE_SQRT"})
  void whatNeverEndsNeedsNone(Schedule.Decay decay) {
    assertThat(inner(decay, 5, 0).decaySteps()).isZero();
  }
}
