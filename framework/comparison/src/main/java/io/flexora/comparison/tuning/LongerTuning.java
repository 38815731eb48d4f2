package io.flexora.comparison.tuning;

import io.flexora.api.plugin.Component;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningSetting;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.config.yaml.ConfigNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The check that the trials of a tuning stay what they are where it has more of them now.
 *
 * @param counted whether the trials share the seconds of the budget
 * @param tuner the tuner
 * @param rows what it tunes in each row, with the number of trials that is asked for now
 */
public record LongerTuning(SearchTime counted, Component<Tuner> tuner, List<TuningSetting> rows) {

  private static final ConfigPath TRIALS = new ConfigPath(List.of("tune", "trials"));

  public LongerTuning {
    rows = List.copyOf(rows);
  }

  /** The tuning of a comparison as it is asked for now. */
  public static LongerTuning of(ComparisonConfiguration configuration, ComparisonTuning tuning) {
    return new LongerTuning(
        configuration.budget().tuning(),
        configuration.tune().orElseThrow().tuner(),
        configuration.trainedRows().stream()
            .map(row -> tuning.row(row.label()))
            .filter(RowTuning::isTuned)
            .map(RowTuning::setting)
            .toList());
  }

  /**
   * Says why the trials that are done would become others.
   *
   * @param before the comparison as it was, which differs in the length of its tuning alone
   * @return empty if they stay what they are, or there are no more than before
   */
  public Optional<String> refusal(ConfigNode before) {
    int had = TRIALS.text(before).map(Integer::parseInt).orElse(0);
    int has = rows.stream().mapToInt(row -> row.trials().orElse(0)).max().orElse(0);
    if (had == 0 || has <= had) {
      return Optional.empty();
    }
    if (counted == SearchTime.INCLUDED) {
      return Optional.of(
          "'budget.tuning: included' divides the seconds among the trials, so that with %d in place of %d each has fewer"
              .formatted(has, had));
    }
    return rows.stream().allMatch(row -> keepsLengths(row, had))
        ? Optional.empty()
        : Optional.of(
            "tuner '%s' decides by the number of trials which of them have a part of a training, so that with %d in place of %d some that are done have another length"
                .formatted(tuner.name(), has, had));
  }

  private boolean keepsLengths(TuningSetting row, int had) {
    TuningSetting shorter = new TuningSetting(row.options(), row.defaults(), OptionalInt.of(had));
    List<Double> now = tuner.get().shares(row);
    List<Double> before = tuner.get().shares(shorter);
    return now.size() >= before.size() && now.subList(0, before.size()).equals(before);
  }
}
