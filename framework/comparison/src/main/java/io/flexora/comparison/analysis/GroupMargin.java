package io.flexora.comparison.analysis;

import io.flexora.comparison.analysis.PairedDifference.Pair;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.StrategyResult.MarginReference;
import io.flexora.statistics.Sample;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The tests within a margin of one group, corrected for each other. */
final class GroupMargin {

  /**
   * The tests of a pair.
   *
   * @param differences the differences of the values, one for each seed
   * @param tests what was found; empty with too few seeds
   */
  record TestedPair(Sample differences, Optional<PairedEquivalence> tests) {

    private static Optional<TestedPair> of(
        List<PairedCell> pairs, GroupMetric metric, double margin, boolean oneSeedByExamples) {
      return Sample.of(pairs.stream().mapToDouble(PairedCell::difference).toArray())
          .map(
              sample ->
                  new TestedPair(
                      sample, PairedEquivalence.of(pairs, metric, margin, oneSeedByExamples)));
    }
  }

  private final EquivalenceMargin margin;
  private final GroupMetric metric;
  private final Map<Pair, TestedPair> tested = new LinkedHashMap<>();
  private final Map<Pair, Equivalence> found = new HashMap<>();

  /**
   * Tests pairs, if their differences can exceed the margin.
   *
   * @param pairs the pairs; one that comes twice is tested once
   * @param cells the cells of a pair with the seeds that have a value of both
   * @param oneSeedByExamples whether a single seed is judged over the examples
   */
  GroupMargin(
      EquivalenceMargin margin,
      GroupMetric metric,
      Stream<Pair> pairs,
      Function<Pair, List<PairedCell>> cells,
      boolean oneSeedByExamples) {
    this.margin = margin;
    this.metric = metric;
    if (isTested()) {
      pairs
          .distinct()
          .forEach(
              pair ->
                  TestedPair.of(cells.apply(pair), metric, margin.margin(), oneSeedByExamples)
                      .ifPresent(one -> tested.put(pair, one)));
      judge();
    }
  }

  private boolean isTested() {
    return margin.margin() < metric.greatestDifference();
  }

  private void judge() {
    List<Pair> pairs = List.copyOf(tested.keySet());
    List<Equivalence> judged =
        EquivalenceFamily.of(
            tested.values().stream().map(TestedPair::tests).toList(), margin.margin());
    for (int i = 0; i < pairs.size(); i++) {
      found.put(pairs.get(i), judged.get(i));
    }
  }

  /** What the tests of a pair say; empty if it was not tested. */
  Optional<Equivalence> of(Pair pair) {
    return Optional.ofNullable(found.get(pair));
  }

  /** The same as the record of a comparison has it; empty if the pair was not tested. */
  Optional<MarginReference> reference(Pair pair) {
    return of(pair)
        .map(
            equivalence -> {
              Sample differences = tested.get(pair).differences();
              return new MarginReference(
                  pair.reference(), differences.mean(), differences.size(), equivalence);
            });
  }

  /** What the tests of a pair say, behind what was said of its difference; empty if nothing. */
  String sentence(Pair pair) {
    return sentence(pair, "");
  }

  /** The same where nothing was said of the difference. */
  String sentenceWithDifference(Pair pair) {
    return of(pair)
        .map(
            equivalence -> {
              double mean = tested.get(pair).differences().mean();
              String difference = new MetricText(metric).difference(mean, Optional.empty());
              return sentence(pair, "difference " + difference + "; ");
            })
        .orElse("");
  }

  private String sentence(Pair pair, String difference) {
    return of(pair)
        .map(
            equivalence ->
                " "
                    + EquivalenceSentence.of(
                        pair, metric, tested.get(pair), equivalence, difference))
        .orElse("");
  }

  /**
   * Sums up the group.
   *
   * @param names the names of its strategies
   */
  String summary(Stream<String> names) {
    if (!isTested()) {
      return EquivalenceSentence.tooLarge(metric, margin);
    }
    List<String> others = names.filter(name -> !name.equals(margin.against())).toList();
    Map<String, Equivalence.Verdict> verdicts = new LinkedHashMap<>();
    others.forEach(
        name ->
            of(new Pair(name, margin.against()))
                .ifPresent(equivalence -> verdicts.put(name, equivalence.verdict())));
    return others.isEmpty() ? "" : EquivalenceSentence.ofGroup(metric, margin, verdicts);
  }
}
