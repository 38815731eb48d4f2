package io.flexora.report.html.evidence;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.TrainingStart;
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
 * The outcome of one cell, as the report shows it.
 *
 * @param name the cell's name in the record
 * @param title the cell's name for the reader
 * @param index its place: 0 is the main cell
 * @param found the outcome in the record; absent if the cell has not ended
 */
public record Outcome(String name, String title, int index, Optional<CellOutcome> found) {

  private static final int COLOURS = 8;

  static Outcome read(
      String name, int index, Optional<CellResult> cell, UnaryOperator<CellOutcome> of) {
    return new Outcome(
        name,
        index == 0 ? cell.map(CellResult::selector).orElse(RunCell.MAIN) : name,
        index,
        cell.map(CellResult::outcome).map(of));
  }

  /** Why the cell failed. */
  public Optional<String> error() {
    return found.flatMap(CellOutcome::failure);
  }

  /** The adapted layers, ascending; absent if none were chosen yet. */
  public Optional<List<Integer>> layers() {
    Optional<List<Integer>> layers = found.map(CellOutcome::selectedLayers);
    // A cell that failed before it chose is written with no layers and no parameters.
    return error().isPresent() ? layers.filter(chosen -> !chosen.isEmpty()) : layers;
  }

  /** Whether a search took time. */
  public boolean hasSearched() {
    return found.map(CellOutcome::hasSearched).orElse(false);
  }

  /** The chosen modules; empty for all target modules of the layers. */
  public List<ChosenModule> modules() {
    return found.map(CellOutcome::selectedModules).orElse(List.of());
  }

  /** A number for each layer, by what it measures, the most telling first. */
  public Map<String, List<Double>> scores() {
    return ordered(found.map(CellOutcome::scores).orElse(Map.of()));
  }

  /** A number for each layer, by what it measures and by module. */
  public Map<String, Map<String, List<Double>>> moduleScores() {
    return ordered(found.map(CellOutcome::moduleScores).orElse(Map.of()));
  }

  /** The descriptions of these numbers, the most telling first. */
  public List<ScoreDescription> descriptions() {
    return found.map(CellOutcome::scoreDescriptions).orElse(List.of());
  }

  /** Why its search ended by itself before all of its steps. */
  public Optional<SearchEnd> searchEnd() {
    return found.flatMap(CellOutcome::searchEnd);
  }

  /** Where its training began, if not at initial values. */
  public Optional<TrainingStart> start() {
    return found.flatMap(CellOutcome::start);
  }

  /** The trainable parameters. */
  public OptionalDouble parameters() {
    return positive(found.map(of -> (double) of.trainableParameters()).orElse(0.0));
  }

  /** The figures on the test split, by name. */
  public Map<String, MetricValue> metrics() {
    Map<String, MetricValue> metrics =
        new TreeMap<>(found.map(CellOutcome::metrics).orElse(Map.of()));
    metrics.values().removeIf(value -> !Double.isFinite(value.value()));
    return metrics;
  }

  /** The name of the metric that decides between cells, where the record says so. */
  public Optional<String> deciding() {
    return found.flatMap(CellOutcome::deciding);
  }

  /** The seconds of each phase. */
  public Map<Phase, Double> seconds() {
    return parts(found.map(CellOutcome::seconds).orElse(Map.of()));
  }

  /** The peak memory of each phase. */
  public Map<Phase, Double> bytes() {
    return parts(found.map(CellOutcome::peakMemoryBytes).orElse(Map.of()));
  }

  /** The same in the order of the descriptions, what is not described by name at the end. */
  <T> Map<String, T> ordered(Map<String, T> byName) {
    Map<String, T> ordered = new LinkedHashMap<>();
    Stream.concat(
            descriptions().stream().map(ScoreDescription::name), byName.keySet().stream().sorted())
        .filter(byName::containsKey)
        .forEach(name -> ordered.put(name, byName.get(name)));
    return ordered;
  }

  /** What a number of each layer is: as described, or else as its name tells. */
  public ScoreDescription description(String name) {
    return descriptions().stream()
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
    return layers().filter(all -> all.contains(layer)).isPresent();
  }

  /** Whether every one of so many layers is adapted, with all target modules. */
  public boolean adaptsAll(int count) {
    return count > 0
        && layers().filter(all -> all.size() == count).isPresent()
        && modules().isEmpty();
  }

  /** The time of all parts in seconds; absent if none was measured. */
  public OptionalDouble totalSeconds() {
    Map<Phase, Double> seconds = seconds();
    return seconds.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(seconds.values().stream().mapToDouble(Double::doubleValue).sum());
  }

  /** The peak memory in bytes: as given, or else the greatest of the parts. */
  public OptionalDouble peak() {
    OptionalDouble highest = positive(found.map(of -> (double) of.peak().orElse(0)).orElse(0.0));
    return highest.isPresent()
        ? highest
        : bytes().values().stream().mapToDouble(Double::doubleValue).max();
  }

  private static OptionalDouble positive(double number) {
    return number > 0 ? OptionalDouble.of(number) : OptionalDouble.empty();
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
