package io.flexora.comparison.judge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.WriteFailure;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.report.ComparisonReport;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The judgement of results from elsewhere.
 *
 * @param result the result, as of a comparison
 * @param notes what was left out or chosen, and why, in sentences
 * @since 0.1
 */
public record JudgedResults(ComparisonResult result, List<String> notes) {

  /** Copies the notes. */
  public JudgedResults {
    notes = List.copyOf(notes);
  }

  /** The result as {@code comparison.json} holds it. */
  public ObjectNode json() {
    return RecordJson.tree(result);
  }

  /**
   * Writes {@code comparison.json} and reports.
   *
   * @param folder the folder, which is made where it is missing
   * @return the files to look at
   * @throws FlexoraException if one cannot be written
   */
  public List<Path> write(Path folder, List<ComparisonReport> reports) {
    ComparisonRecord record = new ComparisonRecord(folder, result.name(), "", result, List.of());
    List<Path> written = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      ComparisonFolder.writeResult(folder, result);
      for (ComparisonReport report : reports) {
        written.add(report.write(record));
      }
    } catch (IOException e) {
      throw WriteFailure.explain(folder, e);
    }
    return written;
  }
}
