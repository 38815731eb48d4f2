package io.flexora.comparison.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.comparison.cell.ConfigurationDifference;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TuningDifferenceTest {

  private final ConfigurationReader reader = new ConfigurationReader();

  @Test
  void aTuningMayBeMadeLonger() {
    assertThat(between("{trials: 3, seconds: null}", "{trials: 3, seconds: null}")).isEmpty();
    assertThat(between("{trials: 3, seconds: null}", "{trials: 4, seconds: null}")).isEmpty();
    assertThat(between("{seconds: 600}", "{seconds: 1.2e3}")).isEmpty();
    assertThat(between("{seconds: 600}", "{seconds: 600.0}")).isEmpty();
  }

  @Test
  void aShorterOneOrOneThatEndsByAnotherMeasureIsADifference() {
    assertThat(between("{trials: 10}", "{trials: 9}"))
        .contains(new ConfigurationDifference("trials", "10", "9"));
    assertThat(between("{seconds: 600}", "{seconds: 90}"))
        .contains(new ConfigurationDifference("seconds", "600", "90"));
    assertThat(between("{trials: 3, seconds: null}", "{trials: null, seconds: 600}"))
        .contains(new ConfigurationDifference("trials", "3", "nothing"));
    assertThat(between("{seconds: 600}", "{trials: 3}"))
        .contains(new ConfigurationDifference("seconds", "600", "nothing"));
  }

  @Test
  void whateverElseIsOtherIsADifferenceToo() {
    assertThat(between("{tuner: random, trials: 3}", "{tuner: grid, trials: 4}"))
        .contains(new ConfigurationDifference("tuner", "random", "grid"));
    assertThat(
            TuningDifference.between(
                reader.parse("seeds: [1]", "before"), reader.parse("tune: {share: 0.5}", "now")))
        .contains(new ConfigurationDifference("share", "nothing", "0.5"));
  }

  private Optional<ConfigurationDifference> between(String before, String now) {
    return TuningDifference.between(
        reader.parse("tune: " + before, "before"), reader.parse("tune: " + now, "now"));
  }
}
