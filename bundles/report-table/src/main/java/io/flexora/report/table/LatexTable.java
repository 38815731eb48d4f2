package io.flexora.report.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The table of a model and a task: a row for each strategy, the baseline above a rule of its own.
 *
 * @param result the content of {@code comparison.json}
 * @param group one of its groups
 * @param number which one, from 1
 */
record LatexTable(JsonNode result, JsonNode group, int number) {

  private static final String OVER_EXAMPLES = "; $p$ is that of a permutation test over examples";
  private static final String BEYOND = "$^\\dagger$";

  String text() {
    return String.join(
        "\n",
        "\\begin{table}",
        "\\centering",
        "\\caption{" + caption() + "}",
        "\\label{tab:" + label() + "}",
        "\\footnotesize",
        "\\setlength{\\tabcolsep}{2.5pt}",
        "\\begin{tabular}{@{}lrrrrrrr@{}}",
        "\\toprule",
        head(),
        "\\midrule",
        rows(),
        "\\bottomrule",
        "\\end{tabular}",
        "\\end{table}",
        "");
  }

  private String head() {
    String metric = LatexText.of(metric());
    String arrow = group.path("metric").path("higher_is_better").asBoolean(true) ? "up" : "down";
    return "Strategy & Layers & %s $\\%sarrow$ & SD & Difference & $p$ & Params & Seconds \\\\"
        .formatted(metric, arrow);
  }

  private String rows() {
    List<String> rows = new ArrayList<>();
    strategies().stream().filter(this::isBaseline).forEach(strategy -> rows.add(row(strategy)));
    if (!rows.isEmpty() && strategies().size() > rows.size()) {
      rows.add("\\midrule");
    }
    strategies().stream()
        .filter(strategy -> !isBaseline(strategy))
        .forEach(strategy -> rows.add(row(strategy)));
    return String.join("\n", rows);
  }

  private String row(JsonNode strategy) {
    JsonNode against = strategy.path("against_baseline");
    String verdict = against.path("verdict").asText();
    boolean clear = verdict.equals("better") || verdict.equals("worse");
    String difference =
        LatexNumber.signed(against.path("difference"), decimals())
            + (against.path("over_seeds").has("interval")
                ? "\\,"
                    + LatexNumber.interval(against.path("over_seeds").path("interval"), decimals())
                : "");
    String p = LatexNumber.probability(against.path("p_adjusted"));
    return String.join(
        " & ",
        LatexText.of(strategy.path("name").asText())
            + (isBeyondBudget(strategy) ? BEYOND : "")
            + incomplete(strategy),
        layers(strategy),
        LatexNumber.fixed(strategy.path("mean"), decimals()),
        LatexNumber.fixed(strategy.path("standard_deviation"), decimals()),
        difference,
        clear ? "{\\boldmath" + p + "}" : p,
        LatexNumber.count(strategy.path("trainable_parameters")),
        LatexNumber.fixed(strategy.path("seconds"), 1) + " \\\\");
  }

  private static boolean isBeyondBudget(JsonNode strategy) {
    return StreamSupport.stream(strategy.path("cells").spliterator(), false)
        .anyMatch(
            cell ->
                cell.path("within_budget").isBoolean() && !cell.path("within_budget").asBoolean());
  }

  /** A remark on a strategy of which not every seed is done. */
  private static String incomplete(JsonNode strategy) {
    int done = strategy.path("done").asInt();
    int all = strategy.path("cells").size();
    return done == all ? "" : " (" + done + " of " + all + " seeds)";
  }

  private static String layers(JsonNode strategy) {
    double[] counts =
        StreamSupport.stream(strategy.path("cells").spliterator(), false)
            .map(cell -> cell.path("selected_layers"))
            .filter(JsonNode::isArray)
            .mapToDouble(JsonNode::size)
            .sorted()
            .toArray();
    if (counts.length == 0) {
      return LatexNumber.NONE;
    }
    int least = (int) counts[0];
    int most = (int) counts[counts.length - 1];
    return least == most ? "$" + least + "$" : "$" + least + "$--$" + most + "$";
  }

  private String caption() {
    int seeds = result.path("seeds").size();
    return "%s on %s: %s of each strategy%s%s. "
            .formatted(
                LatexText.of(group.path("model").asText()),
                LatexText.of(group.path("task").asText()),
                LatexText.of(metric()),
                seeds == 1
                    ? " with one seed"
                    : "; mean and standard deviation over %d seeds".formatted(seeds),
                examples())
        + budget()
        + "Differences are paired, against "
        + LatexText.of(result.path("baseline").asText())
        + (seeds == 1 ? OVER_EXAMPLES : overSeeds())
        + ", adjusted by Holm's method for the comparisons of this table, and in bold where it is below "
        + threshold()
        + ". Seconds include the search."
        + (strategies().stream().anyMatch(LatexTable::isBeyondBudget)
            ? " " + BEYOND + "\\,Does not keep to the budget."
            : "");
  }

  private String overSeeds() {
    return ", with their "
        + percent()
        + "\\,\\% interval over seeds; $p$ is that of a paired $t$-test over seeds or of a permutation"
        + " test over examples, whichever is greater";
  }

  private String examples() {
    return LatexNumber.known(group.path("examples"))
        ? " on " + LatexNumber.count(group.path("examples")) + " test examples"
        : "";
  }

  private String budget() {
    JsonNode budget = result.path("budget");
    String held = budget.path("hold").asText();
    return LatexNumber.known(budget.path(held))
        ? "Held equal: %s %s. ".formatted(LatexNumber.count(budget.path(held)), LatexText.of(held))
        : "";
  }

  private String percent() {
    return Long.toString(Math.round(100 * confidence()));
  }

  private String threshold() {
    return String.format(java.util.Locale.ROOT, "%.2f", 1 - confidence());
  }

  private double confidence() {
    return result.path("confidence").asDouble(0.95);
  }

  private String label() {
    String name = String.join("-", group.path("model").asText(), group.path("task").asText());
    return number + "-" + name.replaceAll("[^A-Za-z0-9]+", "-");
  }

  private String metric() {
    return group.path("metric").path("name").asText("metric").replace('_', ' ');
  }

  private int decimals() {
    return LatexNumber.decimals(
        strategies().stream()
            .mapToDouble(strategy -> strategy.path("standard_deviation").asDouble())
            .filter(deviation -> deviation > 0)
            .min()
            .orElse(0));
  }

  private boolean isBaseline(JsonNode strategy) {
    return strategy.path("name").equals(result.path("baseline"));
  }

  private List<JsonNode> strategies() {
    return StreamSupport.stream(group.path("strategies").spliterator(), false).toList();
  }
}
