package io.flexora.comparison.plan;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.plan.ComparisonPlan.CostOrigin;
import io.flexora.comparison.plan.ComparisonPlan.MeasuredCost;
import io.flexora.comparison.tuning.ComparisonTuning;
import io.flexora.config.option.ComponentTypes;
import io.flexora.experiment.FurtherPosteriors;
import io.flexora.experiment.SharedInputs;
import io.flexora.experiment.estimate.MemoryEstimate;
import io.flexora.experiment.estimate.StatedCost;
import io.flexora.results.comparison.CellState;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out what the cells of a comparison would take. */
public final class CellPlans {

  private static final String UNMEASURED = "not measured, and no cells like these were run before";

  private final Optional<Path> into;
  private final Duration benchmark;
  private final Optional<ComparisonTuning> tuning;
  private final PastCells past;
  private final Map<List<String>, String> unreadable = new LinkedHashMap<>();
  private final Set<CellId> madeAgain = new HashSet<>();
  private final Map<CellId, FurtherPosteriors> further = new HashMap<>();
  private final Map<List<String>, MemoryEstimate> largest = new HashMap<>();

  /**
   * Reads what was run before.
   *
   * @param runs the folder of all runs
   * @param types the installed extensions
   * @param into the folder of the comparison that would be gone on with
   * @param benchmark about how long benchmarks may take together; nothing to make none
   * @param tuning how cells are tuned, if they are
   */
  public CellPlans(
      Path runs,
      ComponentTypes types,
      Optional<Path> into,
      Duration benchmark,
      Optional<ComparisonTuning> tuning) {
    this.into = into;
    this.benchmark = benchmark;
    this.tuning = tuning;
    this.past = new PastCells(runs, types);
    into.ifPresent(past::add);
  }

  /**
   * Benchmarks what is to be run and was not run before, if there is time for that.
   *
   * @param here whether the cells run on this machine
   */
  public ComparisonPlan of(
      List<PlannedCell> cells, boolean here, SharedInputs shared, RunListener listener) {
    // The shapes before the weights: an estimate reads none.
    Map<CellId, StatedCost> stated = new HashMap<>();
    Map<CellId, MeasuredCost> before = new HashMap<>();
    for (PlannedCell cell : cells) {
      stated(cell, shared, listener).ifPresent(cost -> stated.put(cell.id(), cost));
      past(cell).ifPresent(cost -> before.put(cell.id(), cost));
    }
    if (here) {
      lackOfMemory(cells, stated).ifPresent(sentence -> listener.notice("", "", sentence));
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
                  Optional<MeasuredCost> old = Optional.ofNullable(before.get(id));
                  Optional<MeasuredCost> cost =
                      old.filter(CellPlans::isKnown)
                          .or(
                              () ->
                                  hasPosteriorsAlone(id)
                                      ? benchmarked.posteriorCost(cell)
                                      : benchmarked.cost(cell))
                          .or(() -> benchmarked.missing(cell).isPresent() ? Optional.empty() : old);
                  return new ComparisonPlan.CellPlan(
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

  private Optional<MeasuredCost> past(PlannedCell cell) {
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
      StatedCost stated = cell.experiment().stated(shared, listener);
      return Optional.of(stated.withMemory(most(cell, stated.memory(), shared, listener)));
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      unreadable(cell.id(), e);
      return Optional.empty();
    }
  }

  /** What a cell takes with the value that takes the most of those that a tuner may choose. */
  private MemoryEstimate most(
      PlannedCell cell, MemoryEstimate byDefault, SharedInputs shared, RunListener listener) {
    CellId id = cell.id();
    // The first trial has the default values.
    if (tuning.isEmpty() || id.trial().orElse(1) == 0) {
      return byDefault;
    }
    String trial = String.valueOf(id.trial().isPresent());
    return largest.computeIfAbsent(
        List.of(id.model(), id.task(), id.strategy(), trial),
        kind ->
            Stream.concat(
                    Stream.of(byDefault),
                    tuning.get().ends(id.strategy()).stream()
                        .map(end -> tuning.get().planned(cell, end).experiment())
                        .map(experiment -> experiment.stated(shared, listener).memory()))
                .max(Comparator.comparingLong(MemoryEstimate::total))
                .orElseThrow());
  }

  /** Which cell needs the most, where this machine has no room for it, in a sentence. */
  private Optional<String> lackOfMemory(List<PlannedCell> cells, Map<CellId, StatedCost> stated) {
    List<String> lacks =
        cells.stream()
            .filter(cell -> stated.containsKey(cell.id()) && state(cell.id()) != CellState.DONE)
            .sorted(
                Comparator.comparingLong(
                    (PlannedCell cell) -> -stated.get(cell.id()).memory().total()))
            .flatMap(
                cell -> cell.experiment().lackOfMemory(stated.get(cell.id()).memory()).stream())
            .toList();
    if (lacks.isEmpty()) {
      return Optional.empty();
    }
    int more = lacks.size() - 1;
    return Optional.of(
        "This machine has too little memory: %s%s. Here it would fail; take a smaller batch, shorter texts (max_tokens), a smaller rank or a smaller model, or a machine with more."
            .formatted(
                lacks.get(0),
                more == 0
                    ? ""
                    : ", and %d more cell%s lack%s some, too"
                        .formatted(more, more == 1 ? "" : "s", more == 1 ? "s" : "")));
  }

  /** Takes note that the model or the data of a cell cannot be read. */
  public void unreadable(CellId cell, FlexoraException cause) {
    unreadable.put(cell.group(), cause.getMessage());
  }

  /**
   * Refuses what a plan tells with the cells that it leaves open.
   *
   * @throws FlexoraException if a model or its data cannot be read
   */
  public void requireReadable() {
    if (!unreadable.isEmpty()) {
      throw new FlexoraException(
          unreadable.values().stream().distinct().collect(Collectors.joining("\n")));
    }
  }

  /** Takes note of cells that would be made again. */
  public void madeAgain(Set<CellId> cells) {
    madeAgain.addAll(cells);
  }

  /** Takes note of the further posteriors of cells that were begun without them. */
  public void further(Map<CellId, FurtherPosteriors> posteriors) {
    further.putAll(posteriors);
  }

  /** Whether the model and the data of a cell were not found to be unreadable. */
  public boolean isReadable(PlannedCell cell) {
    return !unreadable.containsKey(cell.id().group());
  }

  private static boolean isKnown(MeasuredCost cost) {
    return cost != null && cost.measured() == CostOrigin.BEFORE;
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
