package io.flexora.tracker.files;

import io.flexora.api.plugin.Doc;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes an event file for each cell. */
@Doc(
    "Write each cell as an event file of TensorBoard: scalars for its metrics, its options as"
        + " hyperparameters and as text. Look at them with tensorboard --logdir.")
final class TensorBoardTracker implements Tracker {

  private final FileTrackerOptions options;

  @Inject
  TensorBoardTracker(FileTrackerOptions options) {
    this.options = options;
  }

  @Override
  public Tracking begin(Tracker.Run run, Optional<String> position) {
    // One file, whoever goes on with it: TensorBoard knows them by this part of their names.
    AppendedFile file =
        AppendedFile.open(options.of(run).resolve("events.out.tfevents.flexora"), position);
    if (position.isEmpty()) {
      file.append(TensorBoardEvent.version(run.started()));
      file.append(TensorBoardEvent.hyperparameters(run));
      file.append(TensorBoardEvent.text(run.started(), "options", table(run.parameters())));
    }
    return new EventFile(file);
  }

  private static String table(Map<String, String> values) {
    StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
    values.forEach(
        (name, value) ->
            table.append("| ").append(cell(name)).append(" | ").append(cell(value)).append(" |\n"));
    return table.toString();
  }

  /** A text that stays in its cell. */
  private static String cell(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replaceAll("\\s+", " ");
  }

  /** The event file of one cell. */
  private static final class EventFile implements Tracking {

    private final AppendedFile file;
    private Optional<String> beforeEnd = Optional.empty();

    EventFile(AppendedFile file) {
      this.file = file;
    }

    @Override
    public void metrics(List<Tracking.Metric> metrics) {
      metrics.forEach(metric -> file.append(TensorBoardEvent.scalar(metric)));
    }

    @Override
    public void end(Tracking.End end) {
      String before = file.position();
      end.metrics()
          .forEach(
              (name, value) -> file.append(TensorBoardEvent.scalar(end.time(), 0, name, value)));
      if (!end.notes().isEmpty()) {
        file.append(TensorBoardEvent.text(end.time(), "outcome", table(end.notes())));
      }
      file.append(TensorBoardEvent.end(end.time(), end.status()));
      file.position();
      // What was cancelled or has failed may go on, and then has not ended.
      beforeEnd = end.status() == Status.FINISHED ? Optional.empty() : Optional.of(before);
    }

    @Override
    public String position() {
      return beforeEnd.orElseGet(file::position);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
