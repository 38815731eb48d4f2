package io.flexora.comparison.analysis;

import io.flexora.statistics.Interval;
import io.flexora.statistics.McNemarTest;
import io.flexora.statistics.PairedTTest;
import io.flexora.statistics.SignFlipTest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** A difference from the baseline as {@code comparison.json} shows it. */
final class DifferenceEntry {

  private DifferenceEntry() {}

  static Map<String, Object> of(
      BaselineDifference difference,
      GroupMetric metric,
      OptionalDouble adjusted,
      Verdict verdict,
      int comparisons) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("difference", difference.differences().mean());
    json.put("seeds", (long) difference.seeds());
    json.put("examples", difference.examples().map(e -> (long) e.examples()).orElse(null));
    json.put("examples_missing", difference.examplesMissing().orElse(null));
    json.put("over_seeds", difference.tTest().map(t -> overSeeds(t, metric)).orElse(null));
    json.put(
        "over_seeds_permutation",
        difference.permutation().map(DifferenceEntry::permutation).orElse(null));
    json.put("over_examples", difference.examples().map(e -> overExamples(e, metric)).orElse(null));
    json.put(
        "over_both",
        difference
            .examples()
            .flatMap(PairedExamples::both)
            .map(DifferenceEntry::both)
            .orElse(null));
    json.put(
        "mcnemar",
        difference
            .examples()
            .flatMap(PairedExamples::mcNemar)
            .map(DifferenceEntry::mcNemar)
            .orElse(null));
    json.put("effect_size", Known.number(difference.effectSize()));
    json.put("p_value", Known.number(difference.pValue()));
    json.put("p_adjusted", Known.number(adjusted));
    json.put("verdict", verdict.words());
    json.put("seeds_needed", Known.whole(difference.seedsNeeded(comparisons)));
    return json;
  }

  private static Map<String, Object> overSeeds(PairedTTest test, GroupMetric metric) {
    return entry(
        Known.bounds(metric.cutDifference(test.interval())), test.pValue(), "paired t-test");
  }

  private static Map<String, Object> permutation(SignFlipTest test) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("p_value", test.pValue());
    json.put("test", (test.exact() ? "exact " : "") + "sign-flip permutation");
    return json;
  }

  private static Map<String, Object> overExamples(PairedExamples examples, GroupMetric metric) {
    return entry(
        Known.bounds(metric.cutDifference(examples.interval())),
        examples.permutation().pValue(),
        "paired bootstrap and permutation");
  }

  private static Map<String, Object> both(Interval interval) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("interval", Known.bounds(interval));
    json.put("test", "two-level bootstrap");
    return json;
  }

  private static Map<String, Object> mcNemar(McNemarTest test) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("only_this", test.onlyFirst());
    json.put("only_baseline", test.onlySecond());
    json.put("p_value", test.pValue());
    return json;
  }

  private static Map<String, Object> entry(Object interval, double p, String test) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("interval", interval);
    json.put("p_value", p);
    json.put("test", test);
    return json;
  }
}
