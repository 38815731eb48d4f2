package io.flexora.testkit;

import io.flexora.results.comparison.ComparedCell;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.report.ComparisonReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Mistakes of comparison reports. */
class BrokenComparisonReportsTest {

  /** Writes the strategy of each cell on a line of its own. */
  abstract static class Reporting extends ComparisonReportSuite {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected ComparisonReport extension(long seed) {
      return this::write;
    }

    Path write(ComparisonRecord record) throws IOException {
      Path file = record.folder().resolve("comparison." + suffix());
      if (Files.isDirectory(file)) {
        throw new IOException(file + " is a folder");
      }
      return Files.writeString(
          file,
          Stream.concat(Stream.of("strategy"), lines(record))
              .collect(Collectors.joining(end(), "", end())));
    }

    Stream<String> lines(ComparisonRecord record) {
      return record.cells().stream().map(cell -> escaped(cell.strategy()));
    }

    String suffix() {
      return "csv";
    }

    String end() {
      return "\r\n";
    }

    String escaped(String text) {
      return '"' + text.replace("\"", "\"\"") + '"';
    }
  }

  static class SoundTable extends Reporting {}

  static class ForgettingWhatWasNotBegun extends Reporting {
    @Override
    Stream<String> lines(ComparisonRecord record) {
      return record.cells().stream()
          .filter(cell -> cell.run().filter(run -> !run.events().isEmpty()).isPresent())
          .map(cell -> escaped(cell.strategy()));
    }
  }

  static class ShowingWhatIsUnknown extends Reporting {
    @Override
    Stream<String> lines(ComparisonRecord record) {
      return Stream.concat(
          super.lines(record),
          record.cells().stream().filter(cell -> cell.run().isEmpty()).map(this::mean));
    }

    String mean(ComparedCell cell) {
      return escaped("the mean is " + Double.NaN);
    }
  }

  static class NotQuoting extends Reporting {
    @Override
    String escaped(String text) {
      return text;
    }
  }

  static class EndingLinesItsOwnWay extends Reporting {
    @Override
    String end() {
      return "\n";
    }
  }

  static class NotEscapingLatex extends Reporting {
    @Override
    String suffix() {
      return "tex";
    }

    @Override
    String escaped(String text) {
      return text.replace("%", "\\%").replace("<", "\\textless{}");
    }
  }

  static class NotEscapingHtml extends Reporting {
    @Override
    String suffix() {
      return "html";
    }
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(SoundTable.class).failsOnly();
    Verdict.on(ForgettingWhatWasNotBegun.class).saying("strategies in comparison-report broken");
    Verdict.on(ShowingWhatIsUnknown.class).saying("figures that comparison-report broken shows");
    Verdict.on(NotQuoting.class).failsOnly("keepsNamesTexts");
    Verdict.on(EndingLinesItsOwnWay.class)
        .failsOnly("keepsNamesTexts")
        .saying("does not end in CR LF");
    Verdict.on(NotEscapingLatex.class).failsOnly("keepsNamesTexts").saying("LaTeX that");
    Verdict.on(NotEscapingHtml.class).failsOnly("keepsNamesTexts");
  }
}
