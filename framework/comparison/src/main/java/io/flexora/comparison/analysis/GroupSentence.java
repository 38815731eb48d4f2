package io.flexora.comparison.analysis;

import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.DifferenceResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The sentence on a group. */
final class GroupSentence {

  private static final Map<DifferenceResult.Verdict, String[]> ENDINGS =
      Map.of(
          DifferenceResult.Verdict.BETTER, new String[] {"is better", "are better"},
          DifferenceResult.Verdict.WORSE, new String[] {"is worse", "are worse"},
          DifferenceResult.Verdict.NOT_DISTINGUISHABLE,
              new String[] {"is not distinguishable", "are not distinguishable"},
          DifferenceResult.Verdict.ONE_SEED_ONLY,
              new String[] {
                "is compared with one seed only, which allows no test",
                "are compared with one seed only, which allows no test"
              });

  private GroupSentence() {}

  /**
   * Sums up the verdicts.
   *
   * @param group the model and the task, in words
   * @param verdicts those of the strategies that were compared, by name
   * @param cells all cells of the group
   */
  static String of(
      String group,
      String baseline,
      Map<String, DifferenceResult.Verdict> verdicts,
      List<AnalysedCell> cells) {
    Map<DifferenceResult.Verdict, List<String>> names =
        new EnumMap<>(DifferenceResult.Verdict.class);
    verdicts.forEach(
        (name, verdict) -> names.computeIfAbsent(verdict, v -> new ArrayList<>()).add(name));
    List<String> parts = new ArrayList<>();
    names.forEach(
        (verdict, those) ->
            parts.add(listed(those) + " " + ENDINGS.get(verdict)[those.size() == 1 ? 0 : 1]));
    String said = parts.isEmpty() ? "no comparison is possible" : String.join("; ", parts);
    return "%s, against %s: %s%s.".formatted(group, baseline, said, unfinished(cells));
  }

  /**
   * Sums up the verdicts on strategies against their counterparts; empty if there are none.
   *
   * @param verdicts those of the strategies that were compared, by name
   * @param counterparts the names of the counterparts, by those of the strategies
   */
  static String ofCounterparts(
      Map<String, DifferenceResult.Verdict> verdicts, Map<String, String> counterparts) {
    Map<Against, List<String>> names = new LinkedHashMap<>();
    verdicts.forEach(
        (name, verdict) ->
            names
                .computeIfAbsent(
                    new Against(counterparts.get(name), verdict), key -> new ArrayList<>())
                .add(name));
    List<String> parts = new ArrayList<>();
    names.forEach((against, those) -> parts.add(listed(those) + " " + against.ending(those)));
    return parts.isEmpty()
        ? ""
        : " With the strategy held equal, %s.".formatted(String.join("; ", parts));
  }

  /** The opponent of strategies that are told of together. */
  private record Against(String other, DifferenceResult.Verdict verdict) {

    String ending(List<String> names) {
      String is = names.size() == 1 ? "is " : "are ";
      return switch (verdict) {
        case BETTER -> is + "better than " + other;
        case WORSE -> is + "worse than " + other;
        case NOT_DISTINGUISHABLE -> is + "not distinguishable from " + other;
        case ONE_SEED_ONLY ->
            is + "compared with " + other + " with one seed only, which allows no test";
      };
    }
  }

  /** Names as a sentence has them. */
  static String listed(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? names.get(0)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  private static String unfinished(List<AnalysedCell> cells) {
    long failed = cells.stream().filter(cell -> cell.state() == CellState.FAILED).count();
    long missing = cells.stream().filter(cell -> cell.state() == CellState.MISSING).count();
    return (failed == 0 ? "" : "; %d of %d cells failed".formatted(failed, cells.size()))
        + (missing == 0 ? "" : "; %d of %d cells are missing".formatted(missing, cells.size()))
        + withoutValue(cells);
  }

  /** Whose cells are done but have no value, such as an infinite perplexity; empty if none. */
  private static String withoutValue(List<AnalysedCell> cells) {
    return GroupMetric.of(cells)
        .map(
            metric ->
                cells.stream()
                    .filter(cell -> cell.success().isPresent())
                    .collect(
                        Collectors.groupingBy(
                            AnalysedCell::strategy, LinkedHashMap::new, Collectors.toList()))
                    .values()
                    .stream()
                    .map(done -> withoutValue(done, metric.name()))
                    .collect(Collectors.joining()))
        .orElse("");
  }

  /**
   * The same of one strategy.
   *
   * @param done its cells that are done
   */
  private static String withoutValue(List<AnalysedCell> done, String metric) {
    long lacking = done.stream().filter(cell -> cell.measured(metric).isEmpty()).count();
    if (lacking == 0) {
      return "";
    }
    String strategy = done.get(0).strategy();
    return done.size() == 1
        ? "; the only done cell of %s has no finite value".formatted(strategy)
        : "; %d of the %d done cells of %s %s no finite value"
            .formatted(lacking, done.size(), strategy, lacking == 1 ? "has" : "have");
  }
}
