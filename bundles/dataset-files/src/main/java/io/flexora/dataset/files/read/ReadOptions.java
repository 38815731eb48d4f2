package io.flexora.dataset.files.read;

import java.util.List;
import java.util.Optional;

/**
 * The options of a format that a file does not state.
 *
 * @param recordPath the names that lead from the top of a JSON file to its list of rows
 * @param delimiter what stands between the fields of a CSV or TSV file; empty for the format's own
 * @param quoting whether quotes around a field of a CSV or TSV file belong to the format
 * @param columnNames the names of a CSV, TSV or CoNLL file's fields; empty if the file or the
 *     format has them
 */
public record ReadOptions(
    List<String> recordPath,
    Optional<String> delimiter,
    boolean quoting,
    List<String> columnNames) {

  /** Copies the lists. */
  public ReadOptions {
    recordPath = List.copyOf(recordPath);
    columnNames = List.copyOf(columnNames);
  }

  /** The reader of a format. */
  public RowReader reader(Format format) {
    return switch (format) {
      case JSONL -> new JsonLines();
      case JSON -> new JsonRows(recordPath);
      case CSV -> new DelimitedFile(this, ",");
      case TSV -> new DelimitedFile(this, "\t");
      case CONLL -> new ConllFile(columnNames);
      case PARQUET -> new ParquetFile();
      case AUTO -> throw new IllegalArgumentException("the format of a file has to be known");
    };
  }
}
