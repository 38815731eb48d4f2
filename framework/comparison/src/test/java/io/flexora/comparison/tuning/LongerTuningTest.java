package io.flexora.comparison.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningSetting;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LongerTuningTest {

  private static final String RATE = "trainer.rate";
  private static final Range RANGE = new Range.Interval(1, 100, false, true);
  private static final Tuner WHOLE = progress -> List.of();

  /** Trains the later half of its trials for half of the steps. */
  private static final Tuner HALVES =
      new Tuner() {
        @Override
        public List<Double> shares(TuningSetting setting) {
          int trials = setting.trials().orElseThrow();
          List<Double> shares = new ArrayList<>(Collections.nCopies(trials, 1.0));
          Collections.fill(shares.subList(trials / 2, trials), 0.5);
          return shares;
        }

        @Override
        public List<Map<String, Double>> next(TuningProgress progress) {
          return List.of();
        }
      };

  private static TuningSetting row(OptionalInt trials) {
    return new TuningSetting(Map.of(RATE, RANGE), Map.of(RATE, 5.0), trials);
  }

  private static Optional<String> refusal(
      SearchTime counted, Tuner tuner, String before, TuningSetting... rows) {
    return new LongerTuning(counted, CellTuningTest.component(tuner), List.of(rows))
        .refusal(new ConfigurationReader().parse("tune: " + before, "before"));
  }

  private static Optional<String> refusal(SearchTime counted, Tuner tuner, int had, int has) {
    String before = "{trials: %d, seconds: null}".formatted(had);
    return refusal(counted, tuner, before, row(OptionalInt.of(has)));
  }

  @Test
  void moreTrialsOfAWholeTrainingChangeNothing() {
    assertThat(refusal(SearchTime.EXCLUDED, WHOLE, 10, 11)).isEmpty();
    assertThat(refusal(SearchTime.EXCLUDED, HALVES, 10, 10)).isEmpty();
    assertThat(refusal(SearchTime.INCLUDED, WHOLE, 10, 10)).isEmpty();
  }

  @Test
  void trialsOfOtherLengthsAreOthers() {
    assertThat(refusal(SearchTime.EXCLUDED, HALVES, 10, 12).orElseThrow())
        .startsWith("tuner 'mine' decides by the number of trials which of them have a part")
        .endsWith("with 12 in place of 10 some that are done have another length");
    assertThat(refusal(SearchTime.EXCLUDED, HALVES, 10, 11))
        .as("the one that is added is behind all others")
        .isEmpty();
  }

  @Test
  void moreTrialsThatShareTheSecondsHaveFewerEach() {
    assertThat(refusal(SearchTime.INCLUDED, WHOLE, 10, 11).orElseThrow())
        .startsWith("'budget.tuning: included' divides the seconds among the trials")
        .endsWith("with 11 in place of 10 each has fewer");
    assertThat(refusal(SearchTime.INCLUDED, WHOLE, "{trials: 10}"))
        .as("no row has trials")
        .isEmpty();
  }

  @Test
  void aTuningThatIsLimitedByTimeHasNoNumberOfTrials() {
    String before = "{trials: null, seconds: 600}";
    assertThat(refusal(SearchTime.EXCLUDED, HALVES, before, row(OptionalInt.empty()))).isEmpty();
  }
}
