package io.flexora.comparison;

import io.flexora.api.report.CellState;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Decision;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.ComparisonPlan.Cost;
import io.flexora.comparison.ComparisonPlan.Measured;
import io.flexora.experiment.FurtherPosteriors;
import io.flexora.experiment.SharedInputs;
import io.flexora.experiment.StatedCost;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds out what the cells of a comparison would take. */
final class CellPlans {

  private static final String UNMEASURED = "not measured, and no cells like these were run before";

  private final Optional<Path> into;
  private final Duration benchmark;
  private final PastCells past;
  private final Map<List<String>, String> unreadable = new LinkedHashMap<>();
  private final Set<CellId> madeAgain = new HashSet<>();
  private final Map<CellId, FurtherPosteriors> further = new HashMap<>();

  /**
   * Reads what was run before.
   *
   * @param runs the folder of all runs
   * @param into the folder of the comparison that would be gone on with
   * @param benchmark about how long benchmarks may take together; nothing to make none
   */
  CellPlans(Path runs, Optional<Path> into, Duration benchmark) {
    this.into = into;
    this.benchmark = benchmark;
    this.past = new PastCells(runs);
    into.ifPresent(past::add);
  }

  /** Benchmarks what is to be run and was not run before, if there is time for that. */
  ComparisonPlan of(List<PlannedCell> cells, SharedInputs shared, RunListener listener) {
    // The shapes before the weights: an estimate reads none.
    Map<CellId, StatedCost> stated = new HashMap<>();
    Map<CellId, Cost> before = new HashMap<>();
    for (PlannedCell cell : cells) {
      stated(cell, shared, listener).ifPresent(cost -> stated.put(cell.id(), cost));
      past(cell).ifPresent(cost -> before.put(cell.id(), cost));
    }
    BenchmarkedCells benchmarked = new BenchmarkedCells(benchmark, shared, listener);
    if (isMeasured()) {
      benchmarked.benchmark(
          cells.stream()
              .filter(cell -> state(cell.id()) != CellState.DONE)
              .filter(cell -> stated.containsKey(cell.id()) && !isKnown(before.get(cell.id())))
              .toList());
    }
    return new ComparisonPlan(
        cells.stream()
            .map(
                cell -> {
                  CellId id = cell.id();
                  Optional<Cost> old = Optional.ofNullable(before.get(id));
                  Optional<Cost> cost =
                      old.filter(CellPlans::isKnown)
                          .or(
                              () ->
                                  hasPosteriorsAlone(id)
                                      ? benchmarked.posteriorCost(cell)
                                      : benchmarked.cost(cell))
                          .or(() -> benchmarked.missing(cell).isPresent() ? Optional.empty() : old);
                  return new ComparisonPlan.Cell(
                      id,
                      state(id),
                      cell.sameLayers(),
                      Optional.ofNullable(stated.get(id)),
                      cost,
                      cost.isPresent()
                          ? Optional.empty()
                          : benchmarked.missing(cell).or(() -> missing(id)));
                })
            .toList(),
        benchmarked.taken(),
        decisions(cells));
  }

  private boolean isMeasured() {
    return !benchmark.isZero();
  }

  /** Why it is not known what a cell takes that no benchmark was asked of. */
  private Optional<String> missing(CellId cell) {
    return Optional.ofNullable(unreadable.get(cell.group()))
        .or(
            () ->
                isMeasured() || state(cell) == CellState.DONE
                    ? Optional.empty()
                    : Optional.of(UNMEASURED));
  }

  /** Those of cells that were begun hold for new ones. */
  private Map<String, Map<String, Decision>> decisions(List<PlannedCell> cells) {
    Map<String, Map<String, Decision>> ofModels = new TreeMap<>();
    into.ifPresent(
        path ->
            cells.forEach(
                cell ->
                    keep(
                        ofModels,
                        cell,
                        RunFolder.decisions(ComparisonFolder.cell(path, cell.id().id())))));
    cells.forEach(cell -> keep(ofModels, cell, cell.experiment().decisions()));
    return ofModels;
  }

  private static void keep(
      Map<String, Map<String, Decision>> ofModels,
      PlannedCell cell,
      Map<String, Decision> decisions) {
    if (!decisions.isEmpty()) {
      ofModels.putIfAbsent(cell.id().model(), decisions);
    }
  }

  private Optional<Cost> past(PlannedCell cell) {
    return hasPosteriorsAlone(cell.id())
        ? past.posteriorsLike(cell, further.get(cell.id()).names())
        : past.like(cell);
  }

  /** Whether there is nothing left to do in a cell but its further posteriors. */
  private boolean hasPosteriorsAlone(CellId cell) {
    return further.containsKey(cell) && record(cell) == CellState.DONE;
  }

  private Optional<StatedCost> stated(PlannedCell cell, SharedInputs shared, RunListener listener) {
    if (!isReadable(cell)) {
      return Optional.empty();
    }
    try {
      return Optional.of(cell.experiment().stated(shared, listener));
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      unreadable(cell.id(), e);
      return Optional.empty();
    }
  }

  /** Takes note that the model or the data of a cell cannot be read. */
  void unreadable(CellId cell, FlexoraException cause) {
    unreadable.put(cell.group(), cause.getMessage());
  }

  /**
   * Refuses what a plan tells with the cells that it leaves open.
   *
   * @throws FlexoraException if a model or its data cannot be read
   */
  void requireReadable() {
    if (!unreadable.isEmpty()) {
      throw new FlexoraException(
          unreadable.values().stream().distinct().collect(Collectors.joining("\n")));
    }
  }

  /** Takes note of cells that would be made again. */
  void madeAgain(Set<CellId> cells) {
    madeAgain.addAll(cells);
  }

  /** Takes note of the further posteriors of cells that were begun without them. */
  void further(Map<CellId, FurtherPosteriors> posteriors) {
    further.putAll(posteriors);
  }

  /** Whether the model and the data of a cell were not found to be unreadable. */
  boolean isReadable(PlannedCell cell) {
    return !unreadable.containsKey(cell.id().group());
  }

  private static boolean isKnown(Cost cost) {
    return cost != null && cost.measured() == Measured.BEFORE;
  }

  private CellState state(CellId cell) {
    return hasPosteriorsAlone(cell) ? CellState.MISSING : record(cell);
  }

  private CellState record(CellId cell) {
    return into.filter(path -> !madeAgain.contains(cell))
        .map(path -> CellRecord.of(ComparisonFolder.cell(path, cell.id())).state())
        .orElse(CellState.MISSING);
  }
}
