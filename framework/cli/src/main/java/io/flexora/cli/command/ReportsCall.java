package io.flexora.cli.command;

import io.flexora.results.report.ComparisonReport;
import java.util.List;

/** The work of a command with the reports of a comparison; it returns the exit code. */
@FunctionalInterface
public interface ReportsCall {

  int on(List<ComparisonReport> reports) throws Exception;
}
