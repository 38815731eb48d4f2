package io.flexora.experiment.cell;

import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Prediction;
import io.flexora.results.run.TestSetOutcome;
import io.flexora.runstore.CellFolder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The evaluations of a cell.
 *
 * @param own on the test split of its dataset
 * @param testSets on each further test set, by its name
 */
record CellEvaluations(Evaluation own, Map<String, Evaluation> testSets) {

  /** What an outcome says of the further test sets. */
  Map<String, TestSetOutcome> outcomes() {
    Map<String, TestSetOutcome> outcomes = new LinkedHashMap<>();
    testSets.forEach(
        (name, of) -> outcomes.put(name, new TestSetOutcome(of.metrics(), of.deciding())));
    return outcomes;
  }

  /** Writes the predictions on the further test sets, if there are any. */
  void writeTestSets(CellFolder folder) {
    if (!testSets.isEmpty()) {
      Map<String, List<Prediction>> predictions = new LinkedHashMap<>();
      testSets.forEach((name, of) -> predictions.put(name, of.predictions()));
      folder.writeTestSets(predictions);
    }
  }
}
