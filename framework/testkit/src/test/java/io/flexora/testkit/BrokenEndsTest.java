package io.flexora.testkit;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Runner;
import io.flexora.api.source.Source;
import io.flexora.results.report.Report;
import io.flexora.results.run.RunRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts at either end of a run: sources, runners and reports. */
class BrokenEndsTest {

  /** Runs cells in order. */
  abstract static class Running extends RunnerSuite {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Runner extension(long seed) {
      return (cells, execution) -> run(cells, execution::runHere);
    }

    void run(List<Cell> cells, Consumer<Cell> here) {
      cells.forEach(here);
    }
  }

  static class SoundRunner extends Running {}

  static class SkippingTheLast extends Running {
    @Override
    void run(List<Cell> cells, Consumer<Cell> here) {
      cells.subList(0, Math.max(0, cells.size() - 1)).forEach(here);
    }
  }

  static class RunningTwice extends Running {
    @Override
    void run(List<Cell> cells, Consumer<Cell> here) {
      super.run(cells, here);
      cells.stream().limit(1).forEach(here);
    }
  }

  static class Deaf extends Running {
    @Override
    void run(List<Cell> cells, Consumer<Cell> here) {
      for (Cell cell : cells) {
        try {
          here.accept(cell);
        } catch (CancelledException e) {
          // Here is the mistake.
        }
      }
    }
  }

  static class GoingOnAfterCancellation extends Running {
    @Override
    void run(List<Cell> cells, Consumer<Cell> here) {
      CancelledException cancelled = null;
      for (Cell cell : cells) {
        try {
          here.accept(cell);
        } catch (CancelledException e) {
          cancelled = e;
        }
      }
      if (cancelled != null) {
        throw cancelled;
      }
    }
  }

  static class HidingTheFailure extends Running {
    @Override
    void run(List<Cell> cells, Consumer<Cell> here) {
      try {
        super.run(cells, here);
      } catch (CancelledException e) {
        throw e;
      } catch (FlexoraException e) {
        throw new IllegalStateException("failed", e);
      }
    }
  }

  @Test
  void eachMistakeOfARunnerIsCaught() {
    Verdict.on(SoundRunner.class).failsOnly();
    Verdict.on(SkippingTheLast.class)
        .failsOnly("runsEachCellExactlyOnce")
        .saying("cells that had run");
    Verdict.on(RunningTwice.class).failsOnly("runsEachCellExactlyOnce");
    Verdict.on(Deaf.class).failsOnly("passesACancellationOn", "startsNoCellAfterACancellation");
    Verdict.on(GoingOnAfterCancellation.class).failsOnly("startsNoCellAfterACancellation");
    Verdict.on(HidingTheFailure.class).failsOnly("passesAFailureOfTheRunOnAsItIs");
  }

  /** Writes the name of the run. */
  abstract static class Reporting extends ReportSuite {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Report extension(long seed) {
      return this::write;
    }

    Path write(RunRecord record) throws IOException {
      Path file = record.folder().resolve("report.html");
      if (Files.isDirectory(file)) {
        throw new IOException(file + " is a folder");
      }
      return Files.writeString(file, page(record));
    }

    String page(RunRecord record) {
      String name = record.name().replace("<", "&lt;").replace("\"", "&quot;");
      return "<html><body>" + name + "</body></html>";
    }
  }

  static class SoundReport extends Reporting {}

  static class FromElsewhere extends Reporting {
    @Override
    String page(RunRecord record) {
      return "<script src=\"https://cdn.example.org/charts.js\"></script>" + super.page(record);
    }
  }

  static class NotEscaping extends Reporting {
    @Override
    String page(RunRecord record) {
      return "<html><body>" + record.name() + "</body></html>";
    }
  }

  static class Timed extends Reporting {
    private static final AtomicLong TIME = new AtomicLong();

    @Override
    String page(RunRecord record) {
      return super.page(record) + TIME.incrementAndGet();
    }
  }

  static class LeavingItsTemporaryFile extends Reporting {
    @Override
    Path write(RunRecord record) throws IOException {
      Path file = super.write(record);
      Files.writeString(record.folder().resolve("report.html.tmp"), "half");
      return file;
    }
  }

  static class WritingElsewhere extends Reporting {
    @Override
    Path write(RunRecord record) throws IOException {
      return super.write(
          new RunRecord(
              record.folder().getParent(),
              record.name(),
              record.configuration(),
              record.provenance(),
              record.result(),
              record.events()));
    }
  }

  static class LeavingHalfOfItWhereItFails extends Reporting {
    @Override
    Path write(RunRecord record) throws IOException {
      Path half = Files.writeString(record.folder().resolve("half.html"), page(record));
      Path file = super.write(record);
      Files.delete(half);
      return file;
    }
  }

  @Test
  void eachMistakeOfAReportIsCaught() {
    Verdict.on(SoundReport.class).failsOnly();
    Verdict.on(FromElsewhere.class)
        .failsOnly("asksNoOtherHostForAnything")
        .saying("cdn.example.org");
    Verdict.on(NotEscaping.class).failsOnly("escapesWhatTheRecordSays");
    Verdict.on(Timed.class)
        .failsOnly("writesTheSameForTheSameRecord", "replacesAnEarlierReportWholly")
        .saying("no time, no random numbers");
    Verdict.on(LeavingItsTemporaryFile.class).failsOnly("leavesNoOtherFile");
    Verdict.on(WritingElsewhere.class).saying("where report broken wrote");
    Verdict.on(LeavingHalfOfItWhereItFails.class)
        .failsOnly("leavesTheOldReportOrNothingWhereItCannotWrite");
  }

  /** Serves files of a folder. */
  abstract static class Serving extends SourceSuite {

    @TempDir Path folder;

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Source extension(long seed) {
      return this::fetch;
    }

    Path fetch(String location, Monitor monitor) throws IOException {
      if (location.isBlank()) {
        throw new FlexoraException("'broken:' names no file");
      }
      Path file = folder.resolve(location);
      if (!Files.exists(file)) {
        throw new FileNotFoundException(location);
      }
      return file;
    }

    @Override
    protected String existing() throws IOException {
      Files.write(folder.resolve("model.bin"), content());
      return "model.bin";
    }

    @Override
    protected byte[] content() {
      return "weights".getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected String missing() {
      return "missing.bin";
    }

    @Override
    protected Optional<Path> storage() {
      return Optional.of(folder);
    }
  }

  static class SoundSource extends Serving {}

  static class LeavingHalfAFile extends Serving {
    @Override
    Path fetch(String location, Monitor monitor) throws IOException {
      if (!location.isBlank() && !Files.exists(folder.resolve(location))) {
        Files.writeString(folder.resolve("half.bin"), "half");
      }
      return super.fetch(location, monitor);
    }
  }

  static class NotSayingWhat extends Serving {
    @Override
    Path fetch(String location, Monitor monitor) throws IOException {
      try {
        return super.fetch(location, monitor);
      } catch (IOException e) {
        throw new FileNotFoundException("not found");
      }
    }
  }

  static class NotTellingAbsenceFromFailure extends Serving {
    @Override
    Path fetch(String location, Monitor monitor) throws IOException {
      try {
        return super.fetch(location, monitor);
      } catch (FileNotFoundException e) {
        throw new IOException("there is no " + location, e);
      }
    }
  }

  static class CuttingTheEnd extends Serving {
    @Override
    Path fetch(String location, Monitor monitor) throws IOException {
      return Files.writeString(super.fetch(location, monitor), "wei");
    }
  }

  @Test
  void eachMistakeOfASourceIsCaught() {
    Verdict.on(SoundSource.class).failsOnly();
    Verdict.on(LeavingHalfAFile.class)
        .failsOnly("leavesNothingHalfDone")
        .saying("files left by source broken");
    Verdict.on(NotSayingWhat.class).failsOnly("saysWhatIsNotThere");
    Verdict.on(NotTellingAbsenceFromFailure.class).failsOnly("saysWhatIsNotThere");
    Verdict.on(CuttingTheEnd.class).failsOnly("bringsTheWholeFile", "bringsTheSameFileAgain");
  }
}
