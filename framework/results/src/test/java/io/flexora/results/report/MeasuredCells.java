package io.flexora.results.report;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Cells on a model of 12 layers, each with a standard error of 0.01 unless another is given. */
final class MeasuredCells {

  static final String METRIC = "accuracy";

  private static final int LAYERS = 12;
  private static final double ERROR = 0.01;

  private MeasuredCells() {}

  /** All target modules of the first layers. */
  static CellOutcome layers(int count, double accuracy) {
    return layers(count, accuracy, ERROR);
  }

  /** All target modules of the first layers, with a standard error, which may be NaN. */
  static CellOutcome layers(int count, double accuracy, double error) {
    return cell(count, List.of(), measured(accuracy, error));
  }

  /** One module, with a rank of its own, of each of the first layers. */
  static CellOutcome modules(int count, double accuracy) {
    return cell(
        count,
        IntStream.range(0, count).mapToObj(layer -> ChosenModule.of(layer, "query", 4)).toList(),
        measured(accuracy, ERROR));
  }

  /** An accuracy with its standard error. */
  static MetricValue measured(double accuracy, double error) {
    return new MetricValue(MetricDescription.fraction(METRIC), accuracy, error);
  }

  private static CellOutcome cell(int layers, List<ChosenModule> modules, MetricValue measured) {
    return CellOutcome.of(1)
        .selectedLayers(IntStream.range(0, layers).boxed().toList())
        .selectedModules(modules)
        .trainableParameters(1000L * layers)
        .metrics(Map.of(METRIC, measured))
        .deciding(Optional.of(METRIC))
        .build();
  }

  /** A run whose cells have examples in pairs, with one standard error of every difference. */
  static RunResult paired(CellOutcome main, Map<String, CellOutcome> others, double error) {
    return run(main, others, OptionalDouble.of(error));
  }

  /** A run whose cells have no examples in pairs. */
  static RunResult run(CellOutcome main, Map<String, CellOutcome> others) {
    return run(main, others, OptionalDouble.empty());
  }

  private static RunResult run(
      CellOutcome main, Map<String, CellOutcome> others, OptionalDouble error) {
    Map<String, CellResult> baselines = new TreeMap<>();
    others.forEach((name, cell) -> baselines.put(name, new CellResult("other", cell, error)));
    return new RunResult("run", LAYERS, new CellResult("chosen", main), baselines);
  }
}
