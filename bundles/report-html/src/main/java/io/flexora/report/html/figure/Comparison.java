package io.flexora.report.html.figure;

import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Measure;
import io.flexora.report.html.evidence.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The main cell against another in the deciding metric.
 *
 * @param main the main cell
 * @param other the other
 * @param gain how much better the main cell is, in units of the metric
 * @param error the standard error of the gain, the two cells taken as independent; absent if either
 *     has none
 * @param role what the other cell is there to show
 */
public record Comparison(
    Outcome main, Outcome other, double gain, OptionalDouble error, Role role) {

  /** What another cell is there to show. */
  public enum Role {
    ALL("Are the chosen layers enough?"),
    AS_MANY("Does it matter which layers?"),
    FROZEN("Does adapting layers help at all?"),
    OTHER("Is another choice better?");

    private final String question;

    Role(String question) {
      this.question = question;
    }

    /** The question that the comparison answers. */
    public String question() {
      return question;
    }
  }

  /** Compares, if both cells have the metric. */
  public static Optional<Comparison> of(Evidence evidence, Outcome other, String metric) {
    Outcome main = evidence.main();
    Measure ours = main.metrics().get(metric);
    Measure theirs = other.metrics().get(metric);
    if (ours == null || theirs == null) {
      return Optional.empty();
    }
    double gain = (ours.value() - theirs.value()) * (evidence.lowerIsBetter(metric) ? -1 : 1);
    return Optional.of(
        new Comparison(main, other, gain, error(ours, theirs), role(evidence, other)));
  }

  /** The gain in units of its standard error, without sign; absent without one. */
  public OptionalDouble errors() {
    return error.isPresent() && error.getAsDouble() > 0
        ? OptionalDouble.of(Math.abs(gain) / error.getAsDouble())
        : OptionalDouble.empty();
  }

  /** Whether the gain or loss is more than two standard errors. */
  public boolean clear() {
    return errors().orElse(0) >= 2;
  }

  /** The size of the difference in words, to follow "the difference is". */
  public String size() {
    if (errors().isEmpty()) {
      return gain == 0 ? "nil" : "of unknown significance, as no standard error was recorded";
    }
    double errors = errors().getAsDouble();
    if (errors < 1) {
      return "within the standard error";
    }
    String times = Numerals.fixed(errors, 1) + " standard errors, ";
    return times
        + (clear()
            ? "more than sampling error of the test set explains"
            : "too small to rule out chance");
  }

  /** The answer to the role's question. */
  public String answer() {
    if (errors().isEmpty()) {
      return "Unknown: no standard error was recorded.";
    }
    boolean better = gain > 0;
    return switch (role) {
      case ALL ->
          !clear()
              ? "Not distinguishable from all layers on this test set."
              : better ? "Better than all layers." : "No: all layers are better.";
      case FROZEN ->
          !clear()
              ? "Not shown: the frozen model does as well within the standard error."
              : better ? "Yes." : "No: the frozen model is better.";
      case AS_MANY ->
          !clear()
              ? "Not shown: equally many other layers do as well within the standard error."
              : better
                  ? "Yes: better than equally many other layers."
                  : "The other layers are better.";
      case OTHER ->
          !clear()
              ? "No difference shown."
              : better ? "No: the main choice is better." : "Yes: the other choice is better.";
    };
  }

  private static OptionalDouble error(Measure ours, Measure theirs) {
    return ours.standardError().isPresent() && theirs.standardError().isPresent()
        ? OptionalDouble.of(Math.hypot(ours.error(), theirs.error()))
        : OptionalDouble.empty();
  }

  private static Role role(Evidence evidence, Outcome other) {
    if (other.layers().isEmpty()) {
      return Role.OTHER;
    }
    List<Integer> layers = other.layers().get();
    if (layers.isEmpty()) {
      return Role.FROZEN;
    }
    if (other.adaptsAll(evidence.layers())) {
      return Role.ALL;
    }
    int ours = evidence.main().layers().map(List::size).orElse(-1);
    return layers.size() == ours ? Role.AS_MANY : Role.OTHER;
  }
}
