package io.flexora.host.comparison.analysis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out what a comparison says.
 *
 * <p>The same cells give the same answer: what is drawn at random is drawn from streams that are
 * named after what they are for.
 *
 * @since 0.1
 */
public final class ComparisonAnalysis {

  private ComparisonAnalysis() {}

  /**
   * Analyses every group (a model with a task) apart.
   *
   * @return the content of {@code comparison.json}: strings, booleans, {@code Long}, finite {@code
   *     Double}, lists and maps of them, and null where something is not known
   */
  public static Map<String, Object> of(AnalysedComparison comparison) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", comparison.name());
    json.put("baseline", comparison.baseline());
    json.put("seeds", comparison.seeds());
    json.put("budget", comparison.budget());
    json.put("groups", List.of());
    return json;
  }
}
