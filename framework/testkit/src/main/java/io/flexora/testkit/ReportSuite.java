package io.flexora.testkit;

import io.flexora.results.report.Report;
import io.flexora.testkit.recorded.RecordedRun;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Checks a report on the record of a small run, and on records that are empty or hostile.
 *
 * @since 0.1
 */
public abstract class ReportSuite extends WrittenSuite<Report> {

  /** For subclasses. */
  protected ReportSuite() {
    super(Report.class);
  }

  @Override
  final Path write(Path target, String name) throws IOException {
    return extension().write(RecordedRun.of(target, name));
  }

  @Override
  final Path writeOfLittle(Path target, String name) throws IOException {
    return extension().write(RecordedRun.empty(target, name));
  }
}
