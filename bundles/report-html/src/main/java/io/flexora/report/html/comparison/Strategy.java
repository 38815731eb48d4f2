package io.flexora.report.html.comparison;

import io.flexora.api.run.Phase;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.RunRecord;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A strategy in a group.
 *
 * @param found what the comparison found
 * @param baseline whether the others are compared with it
 * @param order 0 for the baseline, from 1 for the others: what tells their colours
 * @param cells a cell for each seed
 */
public record Strategy(StrategyResult found, boolean baseline, int order, List<SeedCell> cells) {

  private static final int GREY = 1;
  private static final int[] COLOURS = {0, 2, 3, 4, 5, 6, 7};

  static Strategy read(
      StrategyResult found, boolean baseline, int order, Map<String, RunRecord> runs) {
    List<SeedCell> cells =
        found.cells().stream()
            .map(cell -> new SeedCell(cell, Optional.ofNullable(runs.get(cell.id()))))
            .toList();
    return new Strategy(found, baseline, order, cells);
  }

  /** Its name. */
  public String name() {
    return found.name();
  }

  /** The difference to the baseline. */
  public Optional<DifferenceResult> difference() {
    return found.againstBaseline();
  }

  /** Its name, with a word where it is the baseline. */
  public String title() {
    return baseline ? name() + " (baseline)" : name();
  }

  /**
   * The number of its colour: grey for the baseline; after seven others the colours begin again.
   */
  public int colour() {
    return baseline ? GREY : COLOURS[(order - 1) % COLOURS.length];
  }

  /** Whether another strategy has the same colour. */
  public boolean colourAgain() {
    return order > COLOURS.length;
  }

  /** The cells that are done. */
  public List<SeedCell> done() {
    return cells.stream().filter(SeedCell::done).toList();
  }

  /** How often each layer was chosen, from 0 to 1. */
  public List<Double> frequency() {
    return found.layerFrequency().orElse(List.of());
  }

  /** What the host says of it. */
  public Optional<String> sentence() {
    return Optional.of(found.sentence()).filter(said -> !said.isBlank());
  }

  /** Which of its searches ended by themselves; empty if none did. */
  public Optional<String> searchEnds() {
    List<String> ends =
        done().stream()
            .flatMap(
                cell ->
                    cell.searchEnd().stream()
                        .map(
                            end ->
                                "seed %s after %d of %d %s"
                                    .formatted(
                                        cell.seed(), end.steps(), end.planned(), end.unit())))
            .toList();
    return ends.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The search of %s ended by itself with %d of %d seeds: %s."
                .formatted(name(), ends.size(), done().size(), String.join(", ", ends)));
  }

  /** Whether it is better than the baseline. */
  public boolean better() {
    return difference().filter(d -> d.verdict() == DifferenceResult.Verdict.BETTER).isPresent();
  }

  /** The mean time of each phase over its cells, in seconds. */
  public Map<Phase, Double> seconds() {
    Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      done().stream()
          .flatMap(cell -> cell.found().seconds().stream())
          .filter(times -> times.containsKey(phase.word()))
          .mapToDouble(times -> times.get(phase.word()))
          .filter(Double::isFinite)
          .average()
          .ifPresent(mean -> seconds.put(phase, mean));
    }
    return seconds;
  }
}
