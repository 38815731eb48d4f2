package io.flexora.query;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Phase;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.RecordJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What came out of a cell as the columns of {@link View#CELLS} from {@code state} on. */
final class OutcomeColumns {

  private static final int OUTCOME = 16;

  private OutcomeColumns() {}

  static List<Object> of(Optional<CellOutcome> outcome) {
    List<Object> columns = new ArrayList<>();
    if (outcome.isEmpty()) {
      columns.add("unfinished");
      columns.addAll(Collections.nCopies(OUTCOME, null));
    } else if (outcome.get().failure().isPresent()) {
      columns.add("failed");
      columns.addAll(Collections.nCopies(OUTCOME - 1, null));
      columns.add(outcome.get().failure().get());
    } else {
      columns.add("done");
      columns.addAll(done(outcome.get()));
    }
    return columns;
  }

  private static List<Object> done(CellOutcome outcome) {
    Optional<MetricValue> metric = outcome.decisive();
    return Arrays.asList(
        metric.map(MetricValue::name).orElse(null),
        metric.map(MetricValue::value).orElse(null),
        metric.map(MetricValue::standardError).orElse(null),
        metric.map(m -> !m.description().lowerIsBetter()).orElse(null),
        RecordJson.tree(outcome.metrics()).toString(),
        RecordJson.tree(outcome.testSets()).toString(),
        RecordJson.tree(outcome.figures()).toString(),
        outcome.selectedLayers().stream().mapToInt(Integer::intValue).toArray(),
        json(outcome.selectedModules()),
        RecordJson.tree(outcome.scores()).toString(),
        outcome.trainableParameters(),
        outcome.seconds().get(Phase.SEARCH.word()),
        outcome.seconds().get(Phase.TRAIN.word()),
        outcome.seconds().get(Phase.EVALUATE.word()),
        outcome.peakMemoryBytes().values().stream().max(Long::compare).orElse(null),
        null);
  }

  /** The modules as the outcome's file has them. */
  private static String json(List<ChosenModule> modules) {
    String key = "modules";
    return RecordJson.tree(Map.of(key, modules)).get(key).toString();
  }
}
