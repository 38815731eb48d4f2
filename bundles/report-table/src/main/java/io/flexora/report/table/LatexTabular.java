package io.flexora.report.table;

import java.util.List;

/**
 * The body of a table: its head and its rows between rules.
 *
 * @param columns how each column is set, such as {@code lrr}
 * @param head the row of names
 * @param rows the others
 */
record LatexTabular(String columns, String head, List<String> rows) {

  String text() {
    return String.join(
        "\n",
        "\\begin{tabular}{@{}" + columns + "@{}}",
        "\\toprule",
        head,
        "\\midrule",
        String.join("\n", rows),
        "\\bottomrule",
        "\\end{tabular}");
  }

  /** The body below another one; empty without rows. */
  String below() {
    return rows.isEmpty() ? "" : String.join("\n", "", "\\medskip", "", text(), "");
  }
}
