package io.flexora.report.table;

import io.flexora.api.plugin.Doc;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.text.SeparatedValues;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.report.ComparisonReport;
import java.nio.file.Path;

/** Writes {@code comparison.csv} into the comparison's folder. */
@Doc("Write the comparison as comparison.csv: one row per cell, all numbers in full.")
public final class CsvReport implements ComparisonReport {

  static final String FILE = "comparison.csv";

  @Override
  public Path write(ComparisonRecord record) {
    ComparisonResult result = record.result();
    SeparatedValues values = new SeparatedValues();
    CellRow.Columns columns = CellRow.Columns.of(result);
    values.row(columns.head());
    for (GroupResult group : result.groups()) {
      for (StrategyResult strategy : group.strategies()) {
        strategy
            .cells()
            .forEach(
                cell -> values.row(new CellRow(result, group, strategy, cell).fields(columns)));
      }
    }
    Path file = record.folder().resolve(FILE);
    DurableFile.write(file, values.text());
    return file;
  }
}
