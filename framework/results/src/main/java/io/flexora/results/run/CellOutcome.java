package io.flexora.results.run;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.ScoreDescription;
import io.flexora.api.selection.SearchEnd;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The outcome of a cell of an experiment.
 *
 * @param selectedLayers the chosen layers, from 0, ascending
 * @param selectedModules the chosen modules of these layers; empty for all target modules
 * @param scores a number for each layer by the name of what it measures
 * @param moduleScores a number for each layer by the name of what it measures and by module
 * @param scoreDescriptions what those numbers are, and those of the search's steps, the most
 *     telling first; see {@link io.flexora.api.selection.Selection}
 * @param searchEnd that the search ended by itself before all of its steps, and why; empty if it
 *     did not
 * @param trainableParameters the length of the trained theta
 * @param metrics metrics by name
 * @param figures what a posterior tells of its fit, by name
 * @param deciding the name of the metric that decides between cells; empty if the cell failed
 * @param testSets what the evaluations on further test sets found, by their names
 * @param seconds the time of each phase in seconds, by its {@linkplain Phase#word word}
 * @param peakMemoryBytes the peak resident memory of each phase, by the same names
 * @param seed the seed of the cell
 * @param versions what computed it, by name
 * @param failure why the cell failed; empty if it did not
 * @since 0.1
 */
public record CellOutcome(
    List<Integer> selectedLayers,
    List<ChosenModule> selectedModules,
    Map<String, List<Double>> scores,
    Map<String, Map<String, List<Double>>> moduleScores,
    List<ScoreDescription> scoreDescriptions,
    Optional<SearchEnd> searchEnd,
    long trainableParameters,
    Map<String, MetricValue> metrics,
    Map<String, Figure> figures,
    Optional<String> deciding,
    Map<String, TestSetOutcome> testSets,
    Map<String, Double> seconds,
    Map<String, Long> peakMemoryBytes,
    long seed,
    Map<String, String> versions,
    Optional<String> failure) {

  /** Copies lists and maps. */
  public CellOutcome {
    selectedLayers = List.copyOf(selectedLayers);
    selectedModules = List.copyOf(selectedModules);
    scores = Map.copyOf(scores);
    moduleScores = Map.copyOf(moduleScores);
    scoreDescriptions = List.copyOf(scoreDescriptions);
    Objects.requireNonNull(searchEnd);
    metrics = Map.copyOf(metrics);
    figures = Map.copyOf(figures);
    Objects.requireNonNull(deciding);
    testSets = Map.copyOf(testSets);
    seconds = Map.copyOf(seconds);
    peakMemoryBytes = Map.copyOf(peakMemoryBytes);
    versions = Map.copyOf(versions);
    Objects.requireNonNull(failure);
  }

  /** An outcome of whole layers, without figures, whose scores their names describe. */
  public CellOutcome(
      List<Integer> selectedLayers,
      Map<String, List<Double>> scores,
      long trainableParameters,
      Map<String, MetricValue> metrics,
      Optional<String> deciding,
      Map<String, Double> seconds,
      Map<String, Long> peakMemoryBytes,
      long seed,
      Map<String, String> versions,
      Optional<String> failure) {
    this(
        selectedLayers,
        List.of(),
        scores,
        Map.of(),
        List.of(),
        Optional.empty(),
        trainableParameters,
        metrics,
        Map.of(),
        deciding,
        Map.of(),
        seconds,
        peakMemoryBytes,
        seed,
        versions,
        failure);
  }

  /** The outcome of a cell that failed. */
  public static CellOutcome failed(long seed, Map<String, String> versions, String cause) {
    return new CellOutcome(
        List.of(),
        Map.of(),
        0,
        Map.of(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        seed,
        versions,
        Optional.of(cause));
  }

  /**
   * What this cell is as one of a further test set: its metrics are those found there, and one that
   * failed is as it is.
   *
   * @throws java.util.NoSuchElementException if it ended well and was not evaluated there
   */
  public CellOutcome on(String testSet) {
    if (failure.isPresent()) {
      return this;
    }
    TestSetOutcome found = Optional.ofNullable(testSets.get(testSet)).orElseThrow();
    return new CellOutcome(
        selectedLayers,
        selectedModules,
        scores,
        moduleScores,
        scoreDescriptions,
        searchEnd,
        trainableParameters,
        found.metrics(),
        figures,
        Optional.of(found.deciding()),
        Map.of(),
        seconds,
        peakMemoryBytes,
        seed,
        versions,
        failure);
  }

  /** The value of the metric that decides; empty if the cell failed. */
  public Optional<MetricValue> decisive() {
    return deciding.map(metrics::get);
  }

  /** The time of a phase in seconds; 0 if it was not measured. */
  public double seconds(Phase phase) {
    return seconds.getOrDefault(phase.word(), 0.0);
  }

  /** The highest memory of all phases, in bytes; empty if none was measured. */
  public OptionalLong peak() {
    return peakMemoryBytes.values().stream().mapToLong(Long::longValue).max();
  }
}
