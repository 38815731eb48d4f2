package io.flexora.report.html.evidence;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What came out of one cell.
 *
 * @param name the cell's name in the record
 * @param title the cell's name for the reader
 * @param index its place: 0 is the main cell
 * @param selector the strategy that chose the layers
 * @param layers the adapted layers, ascending; absent if none were chosen yet
 * @param scores a number for each layer, by what it measures
 * @param parameters trainable parameters
 * @param metrics the figures on the test split, by name
 * @param deciding which of them decides between cells, where the record says so
 * @param seconds how long each part took
 * @param bytes the peak memory of each part
 * @param peakBytes the peak memory of the cell
 * @param error why it failed
 */
public record Outcome(
    String name,
    String title,
    int index,
    Optional<String> selector,
    Optional<List<Integer>> layers,
    Map<String, List<Double>> scores,
    OptionalDouble parameters,
    Map<String, Measure> metrics,
    Optional<String> deciding,
    Map<Part, Double> seconds,
    Map<Part, Double> bytes,
    OptionalDouble peakBytes,
    Optional<String> error) {

  /** The name of the main cell in the record. */
  public static final String MAIN = "main";

  private static final int COLOURS = 8;

  static Outcome read(String name, int index, Facts facts) {
    Optional<String> selector = facts.text("selector");
    Optional<String> error = facts.text("failure").or(() -> facts.text("error"));
    Optional<List<Integer>> layers = facts.numbers("selected_layers").map(Outcome::whole);
    return new Outcome(
        name,
        index == 0 ? selector.map(Outcome::spelled).orElse(MAIN) : name,
        index,
        selector,
        // A cell that failed before it chose is written with no layers and no parameters.
        error.isPresent() ? layers.filter(chosen -> !chosen.isEmpty()) : layers,
        scores(facts.object("scores")),
        positive(facts.number("trainable_parameters")),
        metrics(facts.object("metrics")),
        facts.text("deciding_metric"),
        parts(facts.object("seconds")),
        parts(facts.object("phase_peak_memory_bytes")),
        positive(facts.number("peak_memory_bytes")),
        error);
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

  /** Whether every one of so many layers is adapted. */
  public boolean adaptsAll(int count) {
    return count > 0 && layers.isPresent() && layers.get().size() == count;
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

  private static String spelled(String selector) {
    return selector.equals("flexora") ? "Flexora" : selector;
  }

  private static List<Integer> whole(List<Double> numbers) {
    return numbers.stream()
        .filter(Double::isFinite)
        .map(number -> (int) Math.round(number))
        .sorted()
        .toList();
  }

  private static OptionalDouble positive(OptionalDouble number) {
    return number.orElse(0) > 0 ? number : OptionalDouble.empty();
  }

  private static Map<String, List<Double>> scores(Facts facts) {
    Map<String, List<Double>> scores = new TreeMap<>();
    facts.values().keySet().stream()
        .map(Object::toString)
        .forEach(key -> facts.numbers(key).ifPresent(numbers -> scores.put(key, numbers)));
    return scores;
  }

  private static Map<String, Measure> metrics(Facts facts) {
    Map<String, Measure> metrics = new TreeMap<>();
    for (Object key : facts.values().keySet()) {
      String name = key.toString();
      Measure.read(facts.object(name)).ifPresent(measure -> metrics.put(name, measure));
    }
    return metrics;
  }

  private static Map<Part, Double> parts(Facts facts) {
    Map<Part, Double> parts = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      facts.number(part.key()).ifPresent(value -> parts.put(part, value));
    }
    return parts;
  }
}
