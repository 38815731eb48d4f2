package io.flexora.results.report;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.results.comparison.ComparisonRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Shows a comparison to people.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "comparison-report", affects = Effect.NOTHING)
public interface ComparisonReport {

  /**
   * Writes the report, whole or not at all, from the record alone: the same record gives the same
   * report.
   *
   * @param record the comparison
   * @return the file to look at
   * @throws IOException if it cannot be written
   */
  Path write(ComparisonRecord record) throws IOException;
}
