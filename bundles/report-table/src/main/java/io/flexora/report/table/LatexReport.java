package io.flexora.report.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.plugin.Doc;
import io.flexora.api.report.ComparisonRecord;
import io.flexora.api.report.ComparisonReport;
import io.flexora.files.durable.DurableFile;
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
    JsonNode result = new ObjectMapper().valueToTree(record.result());
    StringBuilder text = new StringBuilder(HEAD);
    int number = 0;
    for (JsonNode group : result.path("groups")) {
      text.append('\n').append(new LatexTable(result, group, ++number).text());
    }
    Path file = record.folder().resolve(FILE);
    DurableFile.write(file, text.toString());
    return file;
  }
}
