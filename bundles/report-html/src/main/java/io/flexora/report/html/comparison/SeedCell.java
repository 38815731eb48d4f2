package io.flexora.report.html.comparison;

import io.flexora.api.report.RunRecord;
import io.flexora.report.html.evidence.Facts;
import io.flexora.report.html.figure.Numerals;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A strategy with one seed.
 *
 * @param facts what is written of it
 * @param run its run, if it was begun
 */
public record SeedCell(Facts facts, Optional<RunRecord> run) {

  /** Whether it ran to its end. */
  public boolean done() {
    return state().equals("done");
  }

  /** {@code done}, {@code failed} or {@code missing}. */
  public String state() {
    return facts.text("state").orElse("missing");
  }

  /** Its seed as a text. */
  public String seed() {
    OptionalDouble seed = facts.number("seed");
    return seed.isPresent()
        ? Numerals.fixed(seed.getAsDouble(), 0).replace(",", "")
        : facts.text("seed").orElse("?");
  }

  /** The metric. */
  public OptionalDouble value() {
    return done() ? facts.number("value") : OptionalDouble.empty();
  }
}
