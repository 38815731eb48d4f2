package io.flexora.comparison.claim;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.experiment.setup.InstalledTypes;
import io.flexora.experiment.setup.Wiring;
import io.flexora.plugin.extension.ExtensionCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A claim about a strategy, and the comparison and the test that decide it.
 *
 * @since 0.1
 */
public record Claim(
    @Option(doc = "The claim, in a sentence.") String claim,
    @Option(doc = "Who claims it: authors or method, with the paper.") String source,
    @Option(doc = "What was published: setting and numbers. Default: nothing.")
        Optional<String> published,
    @Option(doc = "The date on which the file was written, before any cell ran.") String written,
    @Option(doc = "The comparison that decides, as a path from this file.") String comparison,
    @Option(doc = "Assignments that go over the comparison, as those of --set.", byDefault = "[]")
        List<String> set,
    @Option(doc = "The strategy that the claim is about: a row of the comparison.") String strategy,
    @Option(doc = "The rows that it is tested against; the claim has to hold against each.")
        List<String> against,
    @Option(
            doc =
                "The test. better: the difference is significant; not-worse: by no more than the"
                    + " margin; equivalent: within the margin.")
        Test test,
    @Option(
            doc =
                "The difference that does not matter, in units of the deciding metric; not with"
                    + " test: better.",
            min = 0,
            minExclusive = true)
        Optional<Double> margin,
    @Option(
            doc = "The level of the test, after Holm's correction within a model and task.",
            byDefault = "0.05",
            min = 0,
            minExclusive = true,
            max = 0.05)
        double alpha) {

  /** The test of a claim. */
  public enum Test {
    /** The strategy is significantly better. */
    BETTER,
    /** It is not worse by more than the margin. */
    NOT_WORSE,
    /** It is neither worse nor better by more than the margin. */
    EQUIVALENT
  }

  /**
   * Checks that the margin fits the test.
   *
   * @throws IllegalArgumentException if it does not, or the strategy is tested against none
   */
  public Claim {
    set = List.copyOf(set);
    against = List.copyOf(against);
    if (against.isEmpty() || against.contains(strategy)) {
      throw OptionException.of(
          "against",
          "against: %s names no other row than '%s'; write the rows that it is tested against"
              .formatted(against, strategy));
    }
    if (margin.isPresent() == (test == Test.BETTER)) {
      throw test == Test.BETTER
          ? OptionException.of(
              "margin", "margin belongs to test: not-worse and test: equivalent; leave it out")
          : OptionException.missing(
              "test", "margin", "the test needs the difference that does not matter as margin");
    }
  }

  /**
   * Reads a claim.
   *
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public static Claim of(ExtensionCatalog catalog, ConfigNode file) {
    return new RecordBinder(new InstalledTypes(catalog), new Wiring(catalog))
        .bind(file, Claim.class)
        .value();
  }

  /**
   * The assignments that make the comparison test the claim.
   *
   * @param other one of the rows that it is tested against
   */
  public List<String> assignments(String other) {
    List<String> assignments = new ArrayList<>(set);
    assignments.add("baseline=" + other);
    margin.ifPresent(
        of -> assignments.add("equivalence={margin: %s, against: %s}".formatted(of, other)));
    return assignments;
  }

  /**
   * Decides the claim against one of the rows, by the comparison that tests it.
   *
   * @param other the row, which is the baseline of the comparison
   */
  public List<ClaimFinding> findings(String other, ComparisonOutcome outcome) {
    return ClaimFinding.of(this, other, outcome.result(), outcome.isWhole());
  }
}
