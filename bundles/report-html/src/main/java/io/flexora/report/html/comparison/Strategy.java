package io.flexora.report.html.comparison;

import io.flexora.api.report.RunRecord;
import io.flexora.report.html.evidence.Facts;
import io.flexora.report.html.evidence.Part;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A strategy in a group.
 *
 * @param facts what is written of it
 * @param baseline whether the others are compared with it
 * @param order 0 for the baseline, from 1 for the others: what tells their colours
 * @param cells a cell for each seed
 * @param difference to the baseline
 */
public record Strategy(
    Facts facts,
    boolean baseline,
    int order,
    List<SeedCell> cells,
    Optional<Difference> difference) {

  private static final int GREY = 1;
  private static final int[] COLOURS = {0, 2, 3, 4, 5, 6, 7};

  static Strategy read(Facts facts, boolean baseline, int order, Map<String, RunRecord> runs) {
    List<SeedCell> cells =
        facts.objects("cells").stream()
            .map(
                cell ->
                    new SeedCell(cell, Optional.ofNullable(runs.get(cell.text("id").orElse("")))))
            .toList();
    Optional<Difference> difference =
        Optional.of(facts.object("against_baseline"))
            .filter(against -> !against.values().isEmpty())
            .map(Difference::new);
    return new Strategy(facts, baseline, order, cells, difference);
  }

  /** Its name. */
  public String name() {
    return facts.text("name").orElse("?");
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

  /** A figure of it, such as {@code mean}. */
  public OptionalDouble number(String key) {
    return facts.number(key);
  }

  /** The interval of its mean. */
  public Optional<Interval> interval() {
    return Interval.read(facts, "interval");
  }

  /** The cells that are done. */
  public List<SeedCell> done() {
    return cells.stream().filter(SeedCell::done).toList();
  }

  /** How often each layer was chosen, from 0 to 1. */
  public List<Double> frequency() {
    return facts.numbers("layer_frequency").orElse(List.of());
  }

  /** What the host says of it. */
  public Optional<String> sentence() {
    return facts.text("sentence");
  }

  /** Whether some cell is known not to keep to the budget. */
  public boolean beyondBudget() {
    return cells.stream()
        .anyMatch(cell -> Boolean.FALSE.equals(cell.facts().values().get("within_budget")));
  }

  /** The mean time of each part over its cells, in seconds. */
  public Map<Part, Double> seconds() {
    Map<Part, Double> seconds = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      done().stream()
          .flatMapToDouble(cell -> cell.facts().object("seconds").number(part.key()).stream())
          .average()
          .ifPresent(mean -> seconds.put(part, mean));
    }
    return seconds;
  }
}
