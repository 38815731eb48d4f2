package {{package}};

import io.flexora.api.plugin.Doc;
import io.flexora.api.report.Report;
import io.flexora.api.report.RunEvent;
import io.flexora.api.report.RunRecord;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.files.durable.DurableFile;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;

/** Writes the losses of every step as CSV, for a spreadsheet or a plot of one's own. */
@Doc("Write the training and validation losses of every step as CSV.")
final class {{type}}Report implements Report {

  private final {{type}}Options options;

  @Inject
  {{type}}Report({{type}}Options options) {
    this.options = options;
  }

  @Override
  public Path write(RunRecord record) {
    StringBuilder text = new StringBuilder("cell,phase,step,training_loss,validation_loss\n");
    for (RunEvent event : record.events()) {
      if (event.what() instanceof Event.StepDone done) {
        text.append(line(event, done.progress()));
      }
    }
    Path file = record.folder().resolve(options.file());
    // Whole or not at all: somebody may be looking at the one before.
    DurableFile.write(file, text.toString());
    return file;
  }

  private static String line(RunEvent event, Progress step) {
    return "%s,%s,%d,%s,%s\n"
        .formatted(
            quoted(event.cell()),
            quoted(event.phase()),
            step.done(),
            number(step.trainingLoss()),
            number(step.validationLoss()));
  }

  private static String number(OptionalDouble loss) {
    return loss.isPresent() && Double.isFinite(loss.getAsDouble())
        ? String.format(Locale.ROOT, "%.6g", loss.getAsDouble())
        : "";
  }

  /** As RFC 4180 says: names come from users. */
  private static String quoted(String text) {
    return text.matches("[\\w .-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
