package io.flexora.comparison.plan;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.plan.ComparisonPlan.CostOrigin;
import io.flexora.comparison.plan.ComparisonPlan.MeasuredCost;
import io.flexora.experiment.SharedInputs;
import io.flexora.experiment.check.Benchmark;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.runstore.RunListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Benchmarks each strategy on each model and task, within about a given time in all. */
final class BenchmarkedCells {

  /** What one benchmark has at most: more tells no more. */
  private static final Duration MOST = Duration.ofSeconds(5);

  /** Cells that take the same: those that differ in the seed. A trial may be a part of one. */
  private record Kind(
      String model,
      String task,
      String strategy,
      OptionalLong steps,
      Optional<Duration> limit,
      Optional<Double> factor) {

    static Kind of(PlannedCell cell) {
      CellId id = cell.id();
      ExperimentConfiguration configuration = cell.experiment().configuration();
      return new Kind(
          id.model(),
          id.task(),
          id.strategy(),
          configuration.stepsOfTraining(),
          configuration.timeLimit(),
          configuration.trainingTimeFactor());
    }
  }

  private final Duration all;
  private final SharedInputs shared;
  private final RunListener listener;
  private final Map<Kind, Benchmark> benchmarked = new LinkedHashMap<>();
  private final Map<Kind, String> failed = new LinkedHashMap<>();
  private final Set<List<String>> untrained = new HashSet<>();
  private Duration taken = Duration.ZERO;

  /**
   * Prepares.
   *
   * @param all about how long the benchmarks may take together
   */
  BenchmarkedCells(Duration all, SharedInputs shared, RunListener listener) {
    this.all = all;
    this.shared = shared;
    this.listener = listener;
  }

  /** Benchmarks one of each kind. A benchmark that fails does not keep the others from theirs. */
  void benchmark(List<PlannedCell> cells) {
    Map<Kind, PlannedCell> first = new LinkedHashMap<>();
    cells.forEach(cell -> first.putIfAbsent(Kind.of(cell), cell));
    if (!first.isEmpty()) {
      listener.notice(
          "", "", "Benchmarking %d cells to estimate time and memory.".formatted(first.size()));
    }
    // A step, and the loading of a model, may take longer than a benchmark has.
    Duration steps = all.multipliedBy(3).dividedBy(4);
    Duration least = all.dividedBy(60);
    long began = System.nanoTime();
    List<Kind> left = new ArrayList<>(first.keySet());
    while (!left.isEmpty()) {
      Duration share = steps.minus(taken).dividedBy(left.size());
      Kind kind = left.remove(0);
      if (taken.compareTo(all) > 0) {
        failed.put(kind, "the benchmarks of the others had taken the time");
      } else {
        benchmark(kind, first.get(kind), between(least, share, MOST));
      }
      taken = Duration.ofNanos(System.nanoTime() - began);
    }
  }

  private static Duration between(Duration least, Duration share, Duration most) {
    return Collections.max(List.of(least, Collections.min(List.of(share, most))));
  }

  private void benchmark(Kind kind, PlannedCell cell, Duration most) {
    try {
      benchmarked.put(kind, cell.experiment().benchmark(shared, most, listener));
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException e) {
      String message = e instanceof FlexoraException ? e.getMessage() : e.toString();
      failed.put(kind, "the benchmark failed: " + message);
    }
  }

  /** How long all of it took. */
  Duration taken() {
    return taken;
  }

  /**
   * What a cell will take, asked in the order in which cells are run: of those that train nothing,
   * the first alone evaluates.
   */
  Optional<MeasuredCost> cost(PlannedCell cell) {
    return Optional.ofNullable(benchmarked.get(Kind.of(cell)))
        .map(
            benchmark -> {
              boolean evaluates = benchmark.trains() || untrained.add(cell.id().group());
              double seconds =
                  evaluates
                      ? benchmark.seconds()
                      : benchmark.seconds() - benchmark.evaluateSeconds();
              return MeasuredCost.of(seconds, benchmark.peakMemoryBytes(), CostOrigin.BENCHMARK);
            });
  }

  /** What the posteriors of a cell will take that is trained already. */
  Optional<MeasuredCost> posteriorCost(PlannedCell cell) {
    return Optional.ofNullable(benchmarked.get(Kind.of(cell)))
        .map(
            benchmark ->
                MeasuredCost.of(
                    benchmark.posteriorSeconds(),
                    benchmark.peakMemoryBytes(),
                    CostOrigin.BENCHMARK));
  }

  /** Why it is not known. */
  Optional<String> missing(PlannedCell cell) {
    return Optional.ofNullable(failed.get(Kind.of(cell)));
  }
}
