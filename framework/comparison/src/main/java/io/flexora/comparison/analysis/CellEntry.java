package io.flexora.comparison.analysis;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.run.CellOutcome;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A cell as the record of a comparison has it. */
final class CellEntry {

  private CellEntry() {}

  static SeedResult of(AnalysedCell cell, Optional<MetricValue> measured) {
    Optional<CellOutcome> done = cell.success();
    return new SeedResult(
        cell.id(),
        cell.seed(),
        cell.state(),
        cell.failure(),
        FiniteValues.number(measured.map(MetricValue::value)),
        FiniteValues.number(measured.map(MetricValue::standardError)),
        done.map(CellOutcome::selectedLayers),
        done.map(CellOutcome::selectedModules).filter(modules -> !modules.isEmpty()),
        done.map(o -> OptionalLong.of(o.trainableParameters())).orElse(OptionalLong.empty()),
        done.map(CellOutcome::seconds),
        done.map(CellOutcome::peak).orElse(OptionalLong.empty()),
        cell.withinBudget(),
        done.map(outcome -> cell.searchCut()),
        cell.validationLoss(),
        done.map(CellOutcome::metrics).orElse(Map.of()),
        cell.ownTuning());
  }
}
