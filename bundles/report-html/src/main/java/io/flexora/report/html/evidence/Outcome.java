package io.flexora.report.html.evidence;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.ScoreDescription;
import io.flexora.api.selection.SearchEnd;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunCell;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What came out of one cell.
 *
 * @param name the cell's name in the record
 * @param title the cell's name for the reader
 * @param index its place: 0 is the main cell
 * @param layers the adapted layers, ascending; absent if none were chosen yet
 * @param modules the chosen modules; empty for all target modules of the layers
 * @param scores a number for each layer, by what it measures, the most telling first
 * @param moduleScores a number for each layer, by what it measures and by module
 * @param descriptions what those numbers are, the most telling first
 * @param searchEnd that its search ended by itself before all of its steps
 * @param parameters trainable parameters
 * @param metrics the figures on the test split, by name
 * @param deciding which of them decides between cells, where the record says so
 * @param seconds how long each phase took
 * @param bytes the peak memory of each phase
 * @param peakBytes the peak memory of the cell
 * @param error why it failed
 */
public record Outcome(
    String name,
    String title,
    int index,
    Optional<List<Integer>> layers,
    List<ChosenModule> modules,
    Map<String, List<Double>> scores,
    Map<String, Map<String, List<Double>>> moduleScores,
    List<ScoreDescription> descriptions,
    Optional<SearchEnd> searchEnd,
    OptionalDouble parameters,
    Map<String, Measure> metrics,
    Optional<String> deciding,
    Map<Phase, Double> seconds,
    Map<Phase, Double> bytes,
    OptionalDouble peakBytes,
    Optional<String> error) {

  private static final int COLOURS = 8;

  static Outcome read(
      String name, int index, Optional<CellResult> cell, UnaryOperator<CellOutcome> of) {
    Optional<CellOutcome> outcome = cell.map(CellResult::outcome).map(of);
    Optional<String> error = outcome.flatMap(CellOutcome::failure);
    Optional<List<Integer>> layers = outcome.map(CellOutcome::selectedLayers);
    List<ScoreDescription> descriptions =
        outcome.map(CellOutcome::scoreDescriptions).orElse(List.of());
    return new Outcome(
        name,
        index == 0 ? cell.map(CellResult::selector).orElse(RunCell.MAIN) : name,
        index,
        // A cell that failed before it chose is written with no layers and no parameters.
        error.isPresent() ? layers.filter(chosen -> !chosen.isEmpty()) : layers,
        outcome.map(CellOutcome::selectedModules).orElse(List.of()),
        ordered(outcome.map(CellOutcome::scores).orElse(Map.of()), descriptions),
        ordered(outcome.map(CellOutcome::moduleScores).orElse(Map.of()), descriptions),
        descriptions,
        outcome.flatMap(CellOutcome::searchEnd),
        positive(outcome.map(o -> (double) o.trainableParameters()).orElse(0.0)),
        metrics(outcome.map(CellOutcome::metrics).orElse(Map.of())),
        outcome.flatMap(CellOutcome::deciding),
        parts(outcome.map(CellOutcome::seconds).orElse(Map.of())),
        parts(outcome.map(CellOutcome::peakMemoryBytes).orElse(Map.of())),
        positive((double) outcome.map(o -> o.peak().orElse(0)).orElse(0L)),
        error);
  }

  /** The same in the order of the descriptions, what is not described by name at the end. */
  <T> Map<String, T> ordered(Map<String, T> byName) {
    return ordered(byName, descriptions);
  }

  private static <T> Map<String, T> ordered(
      Map<String, T> byName, List<ScoreDescription> descriptions) {
    Map<String, T> ordered = new LinkedHashMap<>();
    Stream.concat(
            descriptions.stream().map(ScoreDescription::name), byName.keySet().stream().sorted())
        .filter(byName::containsKey)
        .forEach(name -> ordered.put(name, byName.get(name)));
    return ordered;
  }

  /** What a number of each layer is: as described, or else as its name tells. */
  public ScoreDescription description(String name) {
    return descriptions.stream()
        .filter(description -> description.name().equals(name))
        .findFirst()
        .orElseGet(() -> ScoreDescription.of(name, name.replace('_', ' ')));
  }

  /** The number of its colour; after eight cells the colours begin again. */
  public int colour() {
    return index % COLOURS;
  }

  /** Whether it is the main cell. */
  public boolean main() {
    return index == 0;
  }

  /** Whether the layer is adapted. */
  public boolean adapts(int layer) {
    return layers.isPresent() && layers.get().contains(layer);
  }

  /** Whether every one of so many layers is adapted, with all target modules. */
  public boolean adaptsAll(int count) {
    return count > 0 && layers.isPresent() && layers.get().size() == count && modules.isEmpty();
  }

  /** The time of all parts in seconds; absent if none was measured. */
  public OptionalDouble totalSeconds() {
    return seconds.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(seconds.values().stream().mapToDouble(Double::doubleValue).sum());
  }

  /** The peak memory in bytes: as given, or else the greatest of the parts. */
  public OptionalDouble peak() {
    return peakBytes.isPresent()
        ? peakBytes
        : bytes.values().stream().mapToDouble(Double::doubleValue).max();
  }

  private static OptionalDouble positive(double number) {
    return number > 0 ? OptionalDouble.of(number) : OptionalDouble.empty();
  }

  private static Map<String, Measure> metrics(Map<String, MetricValue> values) {
    Map<String, Measure> metrics = new TreeMap<>();
    values.forEach(
        (name, value) -> Measure.of(value).ifPresent(measure -> metrics.put(name, measure)));
    return metrics;
  }

  private static Map<Phase, Double> parts(Map<String, ? extends Number> values) {
    Map<Phase, Double> parts = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      Number value = values.get(phase.word());
      if (value != null && Double.isFinite(value.doubleValue())) {
        parts.put(phase, value.doubleValue());
      }
    }
    return parts;
  }
}
