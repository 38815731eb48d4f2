package io.flexora.report.table;

import io.flexora.api.plugin.Doc;
import io.flexora.files.durable.DurableFile;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.report.ComparisonReport;
import java.nio.file.Path;

/** Writes {@code comparison.tex} into the comparison's folder. */
@Doc("Write the comparison as comparison.tex: a booktabs table for each model and task.")
public final class LatexReport implements ComparisonReport {

  static final String FILE = "comparison.tex";

  private static final String HEAD =
      """
      % Tables of the comparison. In the preamble: \\usepackage{booktabs}
      """;

  @Override
  public Path write(ComparisonRecord record) {
    StringBuilder text = new StringBuilder(HEAD);
    int number = 0;
    for (GroupResult group : record.result().groups()) {
      text.append('\n').append(new LatexTable(record.result(), group, ++number).text());
    }
    Path file = record.folder().resolve(FILE);
    DurableFile.write(file, text.toString());
    return file;
  }
}
