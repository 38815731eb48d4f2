package io.flexora.results.run;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.TrainingStart;
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
 * @param start where the training began, if that was not at the adapter's initial values
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
    Optional<TrainingStart> start,
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

  private static final double LEAST_UNTOLD_SECONDS = 1;

  /** Copies lists and maps. */
  public CellOutcome {
    selectedLayers = List.copyOf(selectedLayers);
    selectedModules = List.copyOf(selectedModules);
    scores = Map.copyOf(scores);
    moduleScores = Map.copyOf(moduleScores);
    scoreDescriptions = List.copyOf(scoreDescriptions);
    Objects.requireNonNull(searchEnd);
    Objects.requireNonNull(start);
    metrics = Map.copyOf(metrics);
    figures = Map.copyOf(figures);
    Objects.requireNonNull(deciding);
    testSets = Map.copyOf(testSets);
    seconds = Map.copyOf(seconds);
    peakMemoryBytes = Map.copyOf(peakMemoryBytes);
    versions = Map.copyOf(versions);
    Objects.requireNonNull(failure);
  }

  /** An outcome without anything but its seed, to be completed. */
  public static Builder of(long seed) {
    return new Builder().seed(seed);
  }

  /** The outcome of a cell that failed. */
  public static CellOutcome failed(long seed, Map<String, String> versions, String cause) {
    return of(seed).versions(versions).failure(Optional.of(cause)).build();
  }

  /** The same, to be changed. */
  public Builder changed() {
    return new Builder()
        .selectedLayers(selectedLayers)
        .selectedModules(selectedModules)
        .scores(scores)
        .moduleScores(moduleScores)
        .scoreDescriptions(scoreDescriptions)
        .searchEnd(searchEnd)
        .start(start)
        .trainableParameters(trainableParameters)
        .metrics(metrics)
        .figures(figures)
        .deciding(deciding)
        .testSets(testSets)
        .seconds(seconds)
        .peakMemoryBytes(peakMemoryBytes)
        .seed(seed)
        .versions(versions)
        .failure(failure);
  }

  /**
   * The outcome of this cell on a further test set: its metrics are those found there, and one that
   * failed is as it is.
   *
   * @throws java.util.NoSuchElementException if it ended well and was not evaluated there
   */
  public CellOutcome on(String testSet) {
    if (failure.isPresent()) {
      return this;
    }
    TestSetOutcome found = Optional.ofNullable(testSets.get(testSet)).orElseThrow();
    return changed()
        .metrics(found.metrics())
        .deciding(Optional.of(found.deciding()))
        .testSets(Map.of())
        .build();
  }

  /** The value of the metric that decides; empty if the cell failed. */
  public Optional<MetricValue> decisive() {
    return deciding.map(metrics::get);
  }

  /**
   * Whether a search took time: one that tells of scores or of its end, or that took longer than a
   * fixed choice does on a busy machine.
   */
  public boolean hasSearched() {
    boolean told = !scores.isEmpty() || !moduleScores.isEmpty() || searchEnd.isPresent();
    double search = seconds(Phase.SEARCH);
    return told ? Phase.isWork(search) : search >= LEAST_UNTOLD_SECONDS;
  }

  /**
   * The length of the trained theta; empty for a result from elsewhere without this length and
   * without times.
   */
  public OptionalLong knownParameters() {
    return trainableParameters == 0 && seconds.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(trainableParameters);
  }

  /** The time of a phase in seconds; 0 if it was not measured. */
  public double seconds(Phase phase) {
    return seconds.getOrDefault(phase.word(), 0.0);
  }

  /** The highest memory of all phases, in bytes; empty if none was measured. */
  public OptionalLong peak() {
    return peakMemoryBytes.values().stream().mapToLong(Long::longValue).max();
  }

  /** The parts of an outcome; what is not set is empty. */
  public static final class Builder {

    private List<Integer> selectedLayers = List.of();
    private List<ChosenModule> selectedModules = List.of();
    private Map<String, List<Double>> scores = Map.of();
    private Map<String, Map<String, List<Double>>> moduleScores = Map.of();
    private List<ScoreDescription> scoreDescriptions = List.of();
    private Optional<SearchEnd> searchEnd = Optional.empty();
    private Optional<TrainingStart> start = Optional.empty();
    private long trainableParameters;
    private Map<String, MetricValue> metrics = Map.of();
    private Map<String, Figure> figures = Map.of();
    private Optional<String> deciding = Optional.empty();
    private Map<String, TestSetOutcome> testSets = Map.of();
    private Map<String, Double> seconds = Map.of();
    private Map<String, Long> peakMemoryBytes = Map.of();
    private long seed;
    private Map<String, String> versions = Map.of();
    private Optional<String> failure = Optional.empty();

    private Builder() {}

    /** Sets the chosen layers, from 0, ascending. */
    public Builder selectedLayers(List<Integer> value) {
      selectedLayers = value;
      return this;
    }

    /** Sets the chosen modules of these layers. */
    public Builder selectedModules(List<ChosenModule> value) {
      selectedModules = value;
      return this;
    }

    /** Sets the numbers of the layers. */
    public Builder scores(Map<String, List<Double>> value) {
      scores = value;
      return this;
    }

    /** Sets the numbers of the layers by module. */
    public Builder moduleScores(Map<String, Map<String, List<Double>>> value) {
      moduleScores = value;
      return this;
    }

    /** Sets the descriptions of these numbers. */
    public Builder scoreDescriptions(List<ScoreDescription> value) {
      scoreDescriptions = value;
      return this;
    }

    /** Sets why the search ended by itself. */
    public Builder searchEnd(Optional<SearchEnd> value) {
      searchEnd = value;
      return this;
    }

    /** Sets where the training began. */
    public Builder start(Optional<TrainingStart> value) {
      start = value;
      return this;
    }

    /** Sets the length of the trained theta. */
    public Builder trainableParameters(long value) {
      trainableParameters = value;
      return this;
    }

    /** Sets the metrics, by name. */
    public Builder metrics(Map<String, MetricValue> value) {
      metrics = value;
      return this;
    }

    /** Sets the figures of a posterior, by name. */
    public Builder figures(Map<String, Figure> value) {
      figures = value;
      return this;
    }

    /** Sets the name of the metric that decides. */
    public Builder deciding(Optional<String> value) {
      deciding = value;
      return this;
    }

    /** Sets the outcomes on further test sets, by their names. */
    public Builder testSets(Map<String, TestSetOutcome> value) {
      testSets = value;
      return this;
    }

    /** Sets the time of each phase, by its word. */
    public Builder seconds(Map<String, Double> value) {
      seconds = value;
      return this;
    }

    /** Sets the peak memory of each phase, by its word. */
    public Builder peakMemoryBytes(Map<String, Long> value) {
      peakMemoryBytes = value;
      return this;
    }

    /** Sets the seed. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets the versions of what computed it, by name. */
    public Builder versions(Map<String, String> value) {
      versions = value;
      return this;
    }

    /** Sets why the cell failed. */
    public Builder failure(Optional<String> value) {
      failure = value;
      return this;
    }

    /** The outcome. */
    public CellOutcome build() {
      return new CellOutcome(
          selectedLayers,
          selectedModules,
          scores,
          moduleScores,
          scoreDescriptions,
          searchEnd,
          start,
          trainableParameters,
          metrics,
          figures,
          deciding,
          testSets,
          seconds,
          peakMemoryBytes,
          seed,
          versions,
          failure);
    }
  }
}
