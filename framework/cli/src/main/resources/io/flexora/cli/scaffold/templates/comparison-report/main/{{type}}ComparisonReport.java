package {{package}};

import io.flexora.api.plugin.Doc;
import io.flexora.api.report.ComparedCell;
import io.flexora.api.report.ComparisonRecord;
import io.flexora.api.report.ComparisonReport;
import io.flexora.api.report.RunEvent;
import io.flexora.api.report.RunRecord;
import io.flexora.api.run.Event;
import io.flexora.files.durable.DurableFile;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Writes a table in Markdown with the losses at the end of every cell's training. */
@Doc("Write a table of the losses at the end of every cell's training, as Markdown.")
final class {{type}}ComparisonReport implements ComparisonReport {

  private static final String UNKNOWN = "-";

  private final {{type}}Options options;

  @Inject
  {{type}}ComparisonReport({{type}}Options options) {
    this.options = options;
  }

  @Override
  public Path write(ComparisonRecord record) {
    StringBuilder text = new StringBuilder("# " + escaped(record.name()) + "\n\n");
    text.append("| model | task | strategy | seed | training loss | validation loss |\n");
    text.append("|---|---|---|--:|--:|--:|\n");
    record.cells().forEach(cell -> text.append(line(cell)));
    Path file = record.folder().resolve(options.file());
    // Whole or not at all: somebody may be looking at the one before.
    DurableFile.write(file, text.toString());
    return file;
  }

  private static String line(ComparedCell cell) {
    // A cell that was not begun has no run, and one that failed has no trained event.
    Optional<Event.Trained> trained = cell.run().flatMap({{type}}ComparisonReport::trained);
    List<String> columns =
        List.of(
            escaped(cell.model()),
            escaped(cell.task()),
            escaped(cell.strategy()),
            String.valueOf(cell.seed()),
            trained.map(end -> number(end.trainingLoss())).orElse(UNKNOWN),
            trained.map(end -> number(end.validationLoss())).orElse(UNKNOWN));
    return "| " + String.join(" | ", columns) + " |\n";
  }

  private static Optional<Event.Trained> trained(RunRecord run) {
    return run.events().stream()
        .map(RunEvent::what)
        .filter(Event.Trained.class::isInstance)
        .map(Event.Trained.class::cast)
        .reduce((first, second) -> second);
  }

  private static String number(OptionalDouble loss) {
    return loss.isPresent() && Double.isFinite(loss.getAsDouble())
        ? String.format(Locale.ROOT, "%.4f", loss.getAsDouble())
        : UNKNOWN;
  }

  /** Names come from users: what Markdown or HTML would read as markup is text. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("|", "\\|")
        .replaceAll("\\R", " ");
  }
}
