package io.flexora.comparison.run;

import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellId;
import io.flexora.results.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The estimated time of the rest of a comparison, by its ledger: a cell takes as long as those of
 * its strategy did on the same model and task, or else as others did, the closest first. What
 * failed says nothing about time, and cells that trained nothing speak for their own strategy
 * alone. Of a tuning, the first trial, the later ones and what is tested are timed each by
 * themselves, as one may take over what another has searched or trained.
 *
 * @since 0.1
 */
public final class TimeLeft {

  private static final double MILLIS = 1e3;

  /** A cell that has taken longer than is usual is not over in the next moment. */
  private static final double OVERDUE = 0.1;

  /** The time of a cell, and whether there was a layer to train. */
  private record Taken(double seconds, boolean trained) {}

  /** The part of its search and training that a cell has to do itself. */
  private enum Work {
    /** Both, as the first trial of a tuning and a cell without one. */
    ALL,
    /** A later trial, which may take over the search. */
    LATER_TRIAL,
    /** A cell that is tested after its trials, which may take over search and training. */
    TUNED;

    /** The kinds of work that tell how long this one takes, the closest first. */
    List<Work> closest() {
      return switch (this) {
        case ALL -> List.of(ALL, LATER_TRIAL, TUNED);
        case LATER_TRIAL -> List.of(LATER_TRIAL, ALL, TUNED);
        case TUNED -> List.of(TUNED, LATER_TRIAL, ALL);
      };
    }
  }

  /** Cells that take about the same: of the same work, and alike in model, task or strategy. */
  private record Kind(Work work, List<String> alike) {}

  private final Map<String, Instant> running = new HashMap<>();
  private final Map<String, Taken> done = new HashMap<>();
  private final Set<String> failed = new HashSet<>();
  private int lanes = 1;

  /** Begins with nothing known. */
  public TimeLeft() {}

  /** Takes note of a line of the ledger. */
  public synchronized void observe(RunEvent event) {
    if (event.what() instanceof Event.ComparisonStarted) {
      // What ran has died with its process, and what failed is tried again.
      running.clear();
      failed.clear();
      lanes = 1;
    } else if (event.what() instanceof Event.CellStarted) {
      running.put(event.cell(), event.time());
      lanes = Math.max(lanes, running.size());
    } else if (event.what() instanceof Event.CellEnded ended) {
      Optional<Instant> began = Optional.ofNullable(running.remove(event.cell()));
      done.put(event.cell(), taken(ended, event.time(), began));
    } else if (event.what() instanceof Event.CellFailed) {
      running.remove(event.cell());
      failed.add(event.cell());
    }
  }

  private static Taken taken(Event.CellEnded told, Instant time, Optional<Instant> began) {
    // A process of its own takes time beside the phases; a cell that was resumed took some before.
    double since = began.map(from -> seconds(from, time)).orElse(0.0);
    double phases = Double.isFinite(told.seconds()) ? told.seconds() : 0;
    return new Taken(Math.max(since, phases), !told.layers().isEmpty());
  }

  /**
   * The time left.
   *
   * @param cells all cells of the comparison
   * @param now the time
   * @return empty as long as no cell has ended that tells, and if nothing is left
   */
  public Optional<Duration> of(Collection<CellId> cells, Instant now) {
    return of(cells, now, cell -> 0);
  }

  /**
   * The time left, where something is known of the cells that run.
   *
   * @param cells all cells of the comparison
   * @param now the time
   * @param least the seconds that a running cell takes yet at least, by its name. Where no cell has
   *     ended that tells, the others take as long as those that run are expected to
   * @return empty as long as no cell tells, and if nothing is left
   */
  public synchronized Optional<Duration> of(
      Collection<CellId> cells, Instant now, ToDoubleFunction<String> least) {
    Set<CellId> tuned = tuned(cells);
    Map<Kind, Double> usual = usual(cells, tuned);
    OptionalDouble projected = projected(now, least);
    double ahead = 0;
    double longest = 0;
    for (CellId cell : cells) {
      if (done.containsKey(cell.id()) || failed.contains(cell.id())) {
        continue;
      }
      OptionalDouble whole =
          kinds(cell, work(cell, tuned))
              .map(usual::get)
              .filter(Objects::nonNull)
              .mapToDouble(s -> s)
              .findFirst();
      if (whole.isEmpty() && projected.isEmpty()) {
        return Optional.empty();
      }
      double rest = whole.orElseGet(projected::getAsDouble);
      if (running.containsKey(cell.id())) {
        double taken = seconds(running.get(cell.id()), now);
        rest = Math.max(rest - taken, OVERDUE * taken);
        rest = Math.max(rest, least.applyAsDouble(cell.id()));
        longest = Math.max(longest, rest);
      }
      ahead += rest;
    }
    // Cells to come take the places of those that run; none ends sooner than what runs does.
    double left = Math.max(longest, ahead / lanes);
    return left > 0 ? Optional.of(Duration.ofMillis(Math.round(left * MILLIS))) : Optional.empty();
  }

  /** The median time of the cells that run, from their begin to the end that is expected. */
  private OptionalDouble projected(Instant now, ToDoubleFunction<String> least) {
    double[] whole =
        running.keySet().stream()
            .filter(cell -> least.applyAsDouble(cell) > 0)
            .mapToDouble(cell -> seconds(running.get(cell), now) + least.applyAsDouble(cell))
            .toArray();
    return whole.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(whole));
  }

  /** The cells that are tested after trials. */
  private static Set<CellId> tuned(Collection<CellId> cells) {
    return cells.stream()
        .filter(cell -> cell.trial().isPresent())
        .map(CellId::tested)
        .collect(Collectors.toSet());
  }

  private static Work work(CellId cell, Set<CellId> tuned) {
    if (cell.trial().isPresent()) {
      return cell.trial().getAsInt() == 0 ? Work.ALL : Work.LATER_TRIAL;
    }
    return tuned.contains(cell) ? Work.TUNED : Work.ALL;
  }

  /** The usual seconds of each kind of cell: the mean over its strategies of their medians. */
  private Map<Kind, Double> usual(Collection<CellId> cells, Set<CellId> tuned) {
    Map<Kind, Double> usual = new HashMap<>();
    Map<Kind, List<Double>> medians = new HashMap<>();
    cells.stream()
        .filter(cell -> done.containsKey(cell.id()))
        .collect(Collectors.groupingBy(cell -> new Kind(work(cell, tuned), own(cell))))
        .forEach(
            (own, same) -> {
              // One cell during which the machine slept changes no median of three.
              double median = median(same.stream().mapToDouble(c -> taken(c).seconds()).toArray());
              usual.put(own, median);
              if (same.stream().anyMatch(cell -> taken(cell).trained())) {
                CellId any = same.get(0);
                Stream.of(any.group(), List.of(any.strategy()), List.<String>of())
                    .map(alike -> new Kind(own.work(), alike))
                    .forEach(
                        kind -> medians.computeIfAbsent(kind, k -> new ArrayList<>()).add(median));
              }
            });
    medians.forEach(
        (kind, of) ->
            usual.put(kind, of.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    return usual;
  }

  private Taken taken(CellId cell) {
    return done.get(cell.id());
  }

  private static List<String> own(CellId cell) {
    return List.of(cell.model(), cell.task(), cell.strategy());
  }

  /**
   * The kinds of cells that say how long this one takes, the closest first: those on the same model
   * and task, then the others.
   */
  private static Stream<Kind> kinds(CellId cell, Work work) {
    List<List<String>> here = List.of(own(cell), cell.group());
    List<List<String>> elsewhere = List.of(List.of(cell.strategy()), List.of());
    return Stream.of(here, elsewhere)
        .flatMap(
            place ->
                work.closest().stream()
                    .flatMap(like -> place.stream().map(alike -> new Kind(like, alike))));
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis() / MILLIS);
  }
}
