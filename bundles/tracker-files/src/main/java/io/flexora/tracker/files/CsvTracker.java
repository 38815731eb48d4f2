package io.flexora.tracker.files;

import io.flexora.api.plugin.Doc;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.text.SeparatedValues;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes {@code metrics.csv}, {@code parameters.csv} and {@code summary.csv} for each cell. */
@Doc(
    "Write each cell as comma-separated values: metrics.csv with a row for each step of a"
        + " metric, parameters.csv with its options, summary.csv with its results.")
final class CsvTracker implements Tracker {

  private final FileTrackerOptions options;

  @Inject
  CsvTracker(FileTrackerOptions options) {
    this.options = options;
  }

  @Override
  public Tracking begin(Tracker.Run run, Optional<String> position) {
    Path folder = options.of(run);
    AppendedFile metrics = AppendedFile.open(folder.resolve("metrics.csv"), position);
    if (position.isEmpty()) {
      metrics.append(new SeparatedValues().row("metric", "step", "time", "value").bytes());
    }
    SeparatedValues parameters = new SeparatedValues().row("parameter", "value");
    run.parameters().forEach(parameters::row);
    DurableFile.write(folder.resolve("parameters.csv"), parameters.text());
    writeSummary(folder, "running", new SeparatedValues());
    return new Files(folder, metrics);
  }

  private static void writeSummary(Path folder, String status, SeparatedValues rest) {
    String head = new SeparatedValues().row("name", "value").row("status", status).text();
    DurableFile.write(folder.resolve("summary.csv"), head + rest.text());
  }

  /** The files of one cell. */
  private record Files(Path folder, AppendedFile file) implements Tracking {

    @Override
    public void metrics(List<Tracking.Metric> metrics) {
      SeparatedValues rows = new SeparatedValues();
      metrics.forEach(m -> rows.row(m.name(), m.step(), m.time(), m.value()));
      file.append(rows.bytes());
    }

    @Override
    public void end(Tracking.End end) {
      SeparatedValues rows = new SeparatedValues();
      rows.row("time", end.time()).row("folder", end.folder());
      end.cause().ifPresent(cause -> rows.row("cause", cause));
      end.metrics().forEach(rows::row);
      end.notes().forEach(rows::row);
      writeSummary(folder, end.status().name().toLowerCase(Locale.ROOT), rows);
    }

    @Override
    public String position() {
      return file.position();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
