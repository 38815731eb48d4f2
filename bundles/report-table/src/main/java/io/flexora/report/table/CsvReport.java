package io.flexora.report.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.plugin.Doc;
import io.flexora.api.report.ComparisonRecord;
import io.flexora.api.report.ComparisonReport;
import io.flexora.files.durable.DurableFile;
import java.nio.file.Path;

/** Writes {@code comparison.csv} into the comparison's folder. */
@Doc("Write the comparison as comparison.csv: one row per cell, all numbers in full.")
public final class CsvReport implements ComparisonReport {

  static final String FILE = "comparison.csv";

  @Override
  public Path write(ComparisonRecord record) {
    JsonNode result = new ObjectMapper().valueToTree(record.result());
    SeparatedValues values = new SeparatedValues();
    values.row(CellRow.HEAD);
    for (JsonNode group : result.path("groups")) {
      for (JsonNode strategy : group.path("strategies")) {
        strategy
            .path("cells")
            .forEach(cell -> values.row(new CellRow(result, group, strategy, cell).fields()));
      }
    }
    Path file = record.folder().resolve(FILE);
    DurableFile.write(file, values.text());
    return file;
  }
}
