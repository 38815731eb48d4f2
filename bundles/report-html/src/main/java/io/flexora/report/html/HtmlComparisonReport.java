package io.flexora.report.html;

import io.flexora.api.plugin.Doc;
import io.flexora.files.durable.DurableFile;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.report.ComparisonReport;
import java.nio.file.Path;

/** Writes {@code comparison.html} into the comparison's folder. */
@Doc("Write the comparison as one self-contained HTML page, comparison.html.")
public final class HtmlComparisonReport implements ComparisonReport {

  static final String FILE = "comparison.html";

  @Override
  public Path write(ComparisonRecord record) {
    Path file = record.folder().resolve(FILE);
    DurableFile.write(file, new Page().render(record));
    return file;
  }
}
