package io.flexora.report.html;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.results.report.ComparisonReport;
import io.flexora.results.report.Report;

/** Declares the report and the comparison report {@code html}. */
public final class HtmlReportPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Report.class, "html", NoOptions.class, HtmlReport.class);
    extension(ComparisonReport.class, "html", NoOptions.class, HtmlComparisonReport.class);
  }
}
