package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.ThisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellSourcesTest {

  private static final String DATA = "file:d.csv";
  private static final String MODEL = "file:m.onnx";
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4);

  @TempDir private Path runs;
  private RunFolder run;

  @BeforeEach
  void begin() {
    run = RunFolder.create(runs, "a", TIME, "seed: 1");
    run.writeProvenance(
        ThisProcess.provenance(
            Instant.EPOCH,
            1,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(DATA, hash("data"), MODEL, hash("model"))));
    for (String cell : List.of("main", "main+laplace")) {
      run.cell(cell).begin(Map.of("trainer", "00ff"));
    }
    var unused = run.cell("later");
  }

  @AfterEach
  void close() {
    run.close();
  }

  private static FileHash hash(String content) {
    return FileHash.of(content.getBytes(StandardCharsets.UTF_8));
  }

  private CellSources now(Map<String, FileHash> files) {
    return new CellSources(run.path(), location -> Optional.ofNullable(files.get(location)));
  }

  @Test
  void filesThatBothHaveReadAreCompared() {
    assertThat(now(Map.of(DATA, hash("data"), "file:more.csv", hash("more"))).differences())
        .isEmpty();
    assertThat(now(Map.of(DATA, hash("data"), MODEL, hash("other"))).differences())
        .containsOnlyKeys("main", "main+laplace")
        .containsEntry(
            "main",
            "%s had the SHA-256 %s, and has %s now"
                .formatted(MODEL, hash("model").brief(), hash("other").brief()));
  }

  @Test
  void otherFilesAreRefused() {
    CellSources changed = now(Map.of(DATA, hash("other")));
    assertThatThrownBy(() -> changed.settle(run, ChangedCode.REFUSE, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "cell 'main' of %s was made from other files: %s had the SHA-256 %s, and has %s now. Numbers of both cannot be compared; resume with --redo-changed to make the cell again, put the file back, or start a new run",
            run.path(), DATA, hash("data").brief(), hash("other").brief());
    assertThat(run.eventsSoFar()).isEmpty();
  }

  @Test
  void onRequestAllCellsBeginAgain() {
    CellSources changed = now(Map.of(DATA, hash("other")));
    List<String> told = new ArrayList<>();
    RunListener listening =
        new RunListener() {
          @Override
          public void notice(String cell, String phase, String sentence) {
            told.add(cell);
          }
        };
    changed.settle(run, ChangedCode.REDO, listening);
    assertThat(told).containsExactly("main", "main+laplace");
    assertThat(EventLog.read(EventLog.in(run.path())))
        .extracting(RunEvent::kind)
        .containsExactly(
            Event.kind(Event.CellRestarted.class), Event.kind(Event.CellRestarted.class));
    // What begins again has no files yet, though the record of the old ones is still there.
    assertThat(changed.differences()).isEmpty();
  }

  @Test
  void aDamagedRecordTellsNothing() throws IOException {
    Path provenance = run.path().resolve("provenance.json");
    Files.writeString(provenance, Files.readString(provenance).replace("a", "b"));
    assertThat(now(Map.of(DATA, hash("other"))).differences()).isEmpty();
  }
}
