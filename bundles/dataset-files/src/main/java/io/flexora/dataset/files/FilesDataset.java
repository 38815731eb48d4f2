package io.flexora.dataset.files;

import io.flexora.api.data.Dataset;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import io.flexora.dataset.files.read.BadRows;
import io.flexora.dataset.files.read.CsvNumbers;
import io.flexora.dataset.files.read.DataFile;
import io.flexora.dataset.files.read.Format;
import io.flexora.dataset.files.read.RawRow;
import io.flexora.dataset.files.read.ReadOptions;
import io.flexora.dataset.files.select.Candidate;
import io.flexora.dataset.files.select.Condition;
import io.flexora.dataset.files.select.FieldMapping;
import io.flexora.dataset.files.select.Groups;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads files, chooses fields and rows, and makes splits that share none. */
@Doc(
    "Rows of JSON Lines, JSON, CSV, CoNLL and Parquet files or folders, of this machine or of any source"
        + " such as hf:datasets/org/name@revision.")
final class FilesDataset implements Dataset {
  private final FilesOptions options;
  private final Seeds seeds;
  private final Sources sources;
  private final Notices notices;

  @Inject
  FilesDataset(FilesOptions options, Seeds seeds, Sources sources, Notices notices) {
    this.options = options;
    this.seeds = seeds;
    this.sources = sources;
    this.notices = notices;
  }

  @Override
  public Map<Split, List<Row>> load() throws IOException {
    return load(EnumSet.allOf(Split.class));
  }

  @Override
  public Map<Split, List<Row>> load(Split scored) throws IOException {
    return load(EnumSet.of(scored));
  }

  @Override
  public Optional<String> option(Split split) {
    return Optional.of(splitFiles(Set.of()).option(split));
  }

  private SplitFiles splitFiles(Set<Split> needed) {
    return new SplitFiles(options, sources, needed, notices);
  }

  /** Loads splits of which some have to be as the options say. */
  private Map<Split, List<Row>> load(Set<Split> needed) throws IOException {
    SplitFiles splitFiles = splitFiles(needed);
    Map<Split, List<DataFile>> files = splitFiles.find();
    BadRows bad = new BadRows(options.maxBadRows());
    FieldMapping fields = new FieldMapping(options.rename(), options.fields());
    Map<Split, List<RawRow>> read = read(splitFiles, files, bad);
    read.replaceAll((split, rows) -> rows.stream().map(fields::renamed).toList());
    fields.refuseUnknown("group_by", options.groupBy());
    fields.refuseUnknown("stratify_by", options.stratifyBy().stream().toList());
    options
        .where()
        .map(sql -> new Condition(sql, options.whereLimits()))
        .ifPresent(where -> filter(read, where, fields));
    SplitRows splits =
        new SplitRows(options, seeds, needed, notices, candidates(read, fields, bad));
    if (bad.count() > 0) {
      notices.add(
          "dataset files: %s left out: %s"
              .formatted(
                  bad.count() == 1 ? "1 bad row is" : bad.count() + " bad rows are", bad.listed()));
    }
    splits.separate();
    splits.holdOut(splitFiles.heldOut(Split.VALIDATION), splitFiles.heldOut(Split.TEST));
    return splits.take();
  }

  private Map<Split, List<RawRow>> read(
      SplitFiles splitFiles, Map<Split, List<DataFile>> files, BadRows bad) throws IOException {
    Map<Split, List<RawRow>> read = new EnumMap<>(Split.class);
    List<RawRow> delimited = new ArrayList<>();
    for (Split split : Split.values()) {
      List<RawRow> rows = new ArrayList<>();
      for (DataFile file : files.get(split)) {
        boolean text = file.format() == Format.CSV || file.format() == Format.TSV;
        Consumer<RawRow> add = text ? row -> delimited.add(row) : row -> {};
        IncompatibleOptionException.reading(
            splitFiles.option(split),
            () -> {
              readOptions().reader(file.format()).read(file, bad, add.andThen(rows::add));
              return rows;
            });
      }
      if (rows.isEmpty() && !files.get(split).isEmpty()) {
        throw new IncompatibleOptionException(
            splitFiles.option(split),
            "dataset files: there is no row for split %s in %s"
                .formatted(SplitFiles.name(split), SplitFiles.names(files.get(split))));
      }
      read.put(split, rows);
    }
    CsvNumbers.convert(delimited);
    return read;
  }

  private ReadOptions readOptions() {
    List<String> path =
        options.recordPath().map(p -> List.of(p.split("\\.", -1))).orElse(List.of());
    return new ReadOptions(path, options.delimiter(), options.quoting(), options.columnNames());
  }

  /** Leaves the rows for which the condition holds; all splits are one table to it. */
  private static void filter(Map<Split, List<RawRow>> rows, Condition where, FieldMapping fields) {
    List<RawRow> all = rows.values().stream().flatMap(Collection::stream).toList();
    BitSet holds = where.holds(all, fields.names());
    int begin = 0;
    for (Map.Entry<Split, List<RawRow>> entry : rows.entrySet()) {
      List<RawRow> of = entry.getValue();
      int end = begin + of.size();
      List<RawRow> kept = holds.get(begin, end).stream().mapToObj(of::get).toList();
      if (kept.isEmpty() && !of.isEmpty()) {
        throw new IncompatibleOptionException(
            "where",
            "dataset files: where: %s keeps none of the %d rows of split %s, whose fields are %s"
                .formatted(
                    where.sql(),
                    of.size(),
                    SplitFiles.name(entry.getKey()),
                    String.join(", ", of.get(0).fields().keySet())));
      }
      entry.setValue(kept);
      begin = end;
    }
  }

  private Map<Split, List<Candidate>> candidates(
      Map<Split, List<RawRow>> rows, FieldMapping fields, BadRows bad) {
    Groups groups = new Groups(options.groupBy());
    Map<Split, List<Candidate>> candidates = new EnumMap<>(Split.class);
    rows.forEach(
        (split, of) -> {
          List<Candidate> usable = new ArrayList<>(of.size());
          for (RawRow raw : of) {
            try {
              Map<String, Object> taken = fields.of(raw);
              String group = groups.of(raw.origin(), raw.fields(), taken);
              String stratum =
                  options
                      .stratifyBy()
                      .map(field -> String.valueOf(raw.fields().get(field)))
                      .orElse("");
              usable.add(new Candidate(new Row(raw.origin(), taken), group, stratum));
            } catch (FieldMapping.NullElementException e) {
              bad.add(raw.origin(), e.getMessage());
            }
          }
          candidates.put(split, usable);
        });
    return candidates;
  }
}
