package io.flexora.report.html;

import io.flexora.api.plugin.Doc;
import io.flexora.files.durable.DurableFile;
import io.flexora.results.report.Report;
import io.flexora.results.run.RunRecord;
import java.nio.file.Path;

/** Writes {@code report.html} into the run's folder. */
@Doc("Write the run as one self-contained HTML page, report.html.")
public final class HtmlReport implements Report {

  static final String FILE = "report.html";

  @Override
  public Path write(RunRecord record) {
    Path file = record.folder().resolve(FILE);
    DurableFile.write(file, new Page().render(record));
    return file;
  }
}
