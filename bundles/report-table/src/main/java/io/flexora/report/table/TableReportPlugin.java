package io.flexora.report.table;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.results.report.ComparisonReport;

/** Declares the comparison reports {@code csv} and {@code latex}. */
public final class TableReportPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(ComparisonReport.class, "csv", NoOptions.class, CsvReport.class);
    extension(ComparisonReport.class, "latex", NoOptions.class, LatexReport.class);
  }
}
