package io.flexora.web;

import static io.flexora.web.WrittenComparison.ended;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonStatusTest {

  private static final String FILE =
      """
      models: {bge: {use: encoder}}
      tasks: {words: {dataset: d}}
      strategies: {flexora: flexora, all: all}
      """;
  private static final String FIRST = "bge.words.flexora.1";
  private static final String SECOND = "bge.words.flexora.2";
  private static final String THIRD = "bge.words.all.1";
  private static final String FOURTH = "bge.words.all.2";

  @TempDir Path parent;
  private WrittenComparison written;
  private ComparisonStatus status;

  @BeforeEach
  void write() {
    written = new WrittenComparison(parent, FILE);
    List.of(FOURTH, THIRD, SECOND, FIRST).forEach(written::cell);
    status = status();
  }

  private ComparisonStatus status() {
    return new ComparisonStatus(
        written.folder, InstantSource.fixed(WrittenComparison.START.plusSeconds(100)));
  }

  @Test
  void countsTheCellsByHowFarTheyAre() throws IOException {
    written
        .started()
        .ledger(0, FIRST, new Event.CellStarted())
        .ledger(30, FIRST, ended(Optional.of("accuracy"), 0.75))
        .ledger(30, SECOND, new Event.CellStarted())
        .ledger(40, SECOND, new Event.CellFailed("the process was killed"))
        .ledger(90, THIRD, new Event.CellStarted());

    JsonNode json = json();

    assertThat(json.get("state").asText()).isEqualTo("running");
    assertThat(json.get("counts").toString())
        .isEqualTo("{\"to_do\":1,\"running\":1,\"interrupted\":0,\"done\":1,\"failed\":1}");
    assertThat(json.get("seconds").asDouble()).isEqualTo(100);
    assertThat(json.get("errors")).hasSize(1);
    assertThat(json.at("/errors/0/cell").asText()).isEqualTo(SECOND);
    assertThat(json.at("/errors/0/cause").asText()).isEqualTo("the process was killed");
    JsonNode row = json.at("/groups/0/rows/0");
    assertThat(row.get("strategy").asText()).as("in the order of the file").isEqualTo("flexora");
    assertThat(row.at("/cells/0/value").asDouble()).isEqualTo(0.75);
    assertThat(row.at("/cells/0/seconds").asDouble()).isEqualTo(30);
    assertThat(row.at("/cells/1/state").asText()).isEqualTo("failed");
    assertThat(json.at("/groups/0/rows/1/cells/1/state").asText()).isEqualTo("to_do");
  }

  @Test
  void timeLeftIsWhatCellsLikeItTook() throws IOException {
    written.started().ledger(0, FIRST, new Event.CellStarted());
    assertThat(json().has("seconds_left")).isFalse();

    written
        .ledger(60, FIRST, ended(Optional.empty(), Double.NaN))
        .ledger(60, THIRD, new Event.CellStarted())
        .ledger(80, THIRD, ended(Optional.empty(), Double.NaN))
        .ledger(80, SECOND, new Event.CellStarted());

    // 60 s of which 20 are over, and the other strategy's 20 s.
    assertThat(json().get("seconds_left").asDouble()).isEqualTo(60);
  }

  @Test
  void showsTheLossesOfTheCellThatRunsAndOnlyWhatIsNewIsRead() throws IOException {
    written
        .started()
        .ledger(0, FIRST, new Event.CellStarted())
        .step(FIRST, "train", Progress.of(1, 9).withTrainingLoss(2.0).with("learning_rate", 0.1))
        .step(FIRST, "train", Progress.of(2, 9).withTrainingLoss(1.5).withValidationLoss(1.7));
    assertThat(curves(json()))
        .containsExactlyInAnyOrder(
            "train training_loss [[1.0,2.0],[2.0,1.5]]", "train validation_loss [[2.0,1.7]]");

    written
        .step(FIRST, "train", Progress.of(3, 9).withTrainingLoss(Double.NaN))
        .step(FIRST, "train", Progress.of(4, 9).withTrainingLoss(1.0));

    JsonNode json = json();
    assertThat(curves(json)).contains("train training_loss [[1.0,2.0],[2.0,1.5],[4.0,1.0]]");
    assertThat(json.at("/cell/id").asText()).isEqualTo(FIRST);
    assertThat(json.at("/cell/step").asInt()).isEqualTo(4);
    assertThat(json.at("/groups/0/rows/0/cells/0/phase").asText()).isEqualTo("train");
  }

  @Test
  void aPhaseThatWasResumedTakesItsLaterStepsAnew() throws IOException {
    written
        .started()
        .ledger(0, FIRST, new Event.CellStarted())
        .step(FIRST, "train", Progress.of(1, 9).withTrainingLoss(2.0))
        .step(FIRST, "train", Progress.of(2, 9).withTrainingLoss(1.5))
        .step(FIRST, "train", Progress.of(3, 9).withTrainingLoss(1.4))
        .event(FIRST, "train", 1, new Event.Resumed())
        .step(FIRST, "train", Progress.of(2, 9).withTrainingLoss(1.6));

    assertThat(curves(json())).containsExactly("train training_loss [[1.0,2.0],[2.0,1.6]]");
  }

  @Test
  void anyCellCanBeChosen() throws IOException {
    written
        .started()
        .ledger(0, FIRST, new Event.CellStarted())
        .step(FIRST, "search", Progress.of(1, 9).withTrainingLoss(3.0))
        .event(FIRST, "search", 1, new Event.Notice("A word to the user."))
        .ledger(1, FIRST, ended(Optional.empty(), Double.NaN, 0, 3))
        .ledger(1, SECOND, new Event.CellStarted());

    assertThat(json().at("/cell/id").asText()).isEqualTo(SECOND);
    JsonNode first = read(status.json(Optional.of(FIRST)));
    assertThat(first.at("/cell/id").asText()).isEqualTo(FIRST);
    assertThat(first.at("/cell/layers").toString()).isEqualTo("[0,3]");
    assertThat(first.at("/notices/0/sentence").asText()).isEqualTo("A word to the user.");
    JsonNode none = read(status.json(Optional.of("../../etc/passwd")));
    assertThat(none.at("/cell/id").asText()).isEqualTo(SECOND);
  }

  @Test
  void aCellThatHasEndedTellsItsModulesUnlessItsFolderIsDamaged() throws IOException {
    String id = "bge.words.flexora.3";
    Path cell = written.folder.resolve("cells").resolve(id);
    RunFolder.prepare(cell, WrittenRun.configuration(id, "flexora", "1e-3"));
    try (RunFolder run = RunFolder.open(cell)) {
      WrittenRun.end(run, 0.75, ChosenModule.of(0, "query", 8), ChosenModule.of(2, "value"));
    }
    written.started().ledger(0, id, new Event.CellStarted());
    assertThat(json().at("/cell/modules").toString()).as("it runs").isEqualTo("[]");

    written
        .ledger(20, FIRST, ended(Optional.empty(), Double.NaN, 1))
        .ledger(30, id, ended(Optional.empty(), Double.NaN, 0, 2));

    for (int look = 0; look < 2; look++) {
      assertThat(json().at("/cell/modules").toString())
          .isEqualTo("[\"layer 0: query (rank 8)\",\"layer 2: value\"]");
    }
    assertThat(read(status.json(Optional.of(FIRST))).at("/cell/modules").toString())
        .isEqualTo("[]");
    Files.writeString(cell.resolve("cells/main/outcome.json"), "{");
    status = status();
    assertThat(json().at("/cell/modules").toString()).isEqualTo("[]");
    assertThat(json().at("/cell/layers").toString()).isEqualTo("[0,2]");
  }

  @Test
  void whatWasLeftByAProcessThatDiedIsInterruptedUnlessItsFolderSaysThatItIsDone()
      throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    written
        .started(gone.pid())
        .ledger(0, FIRST, new Event.CellStarted())
        .ledger(0, THIRD, new Event.CellStarted());
    WrittenComparison.write(
        written.folder.resolve("cells").resolve(THIRD).resolve("result.json"), "{}");

    JsonNode json = json();

    assertThat(json.get("state").asText()).isEqualTo("interrupted");
    assertThat(json.at("/groups/0/rows/0/cells/0/state").asText()).isEqualTo("interrupted");
    assertThat(json.at("/groups/0/rows/1/cells/0/state").asText()).isEqualTo("done");
    assertThat(json.has("seconds_left")).isFalse();
  }

  @Test
  void theClocksOfWhatWasInterruptedStopWithWhatWasToldLast() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    written
        .started(gone.pid())
        .ledger(0, FIRST, new Event.CellStarted())
        .ledger(0, THIRD, new Event.CellStarted())
        .ledger(20, SECOND, new Event.CellStarted())
        .ledger(30, SECOND, ended(Optional.empty(), Double.NaN))
        .step(FIRST, "train", Progress.of(40, 90));

    JsonNode json = json();

    assertThat(json.get("seconds").asDouble()).isEqualTo(40);
    JsonNode row = json.at("/groups/0/rows/0");
    assertThat(row.at("/cells/0/state").asText()).isEqualTo("interrupted");
    assertThat(row.at("/cells/0/seconds").asDouble()).isEqualTo(40);
    assertThat(row.at("/cells/1/seconds").asDouble()).isEqualTo(10);
    assertThat(json.at("/groups/0/rows/1/cells/0/seconds").asDouble())
        .as("it has no record, the ledger's end counts")
        .isEqualTo(30);
    JsonNode first = read(status.json(Optional.of(FIRST)));
    assertThat(first.at("/cell/seconds").asDouble()).isEqualTo(40);

    written.ledger(60, "", new Event.ComparisonCancelled());
    json = json();
    assertThat(json.get("seconds").asDouble()).isEqualTo(60);
    assertThat(json.at("/groups/0/rows/0/cells/0/seconds").asDouble()).isEqualTo(40);
  }

  @Test
  void ofACellThatItsFolderAloneSaysIsDoneNoTimeIsKnown() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    written.started(gone.pid()).ledger(0, FIRST, new Event.CellStarted());
    WrittenComparison.write(
        written.folder.resolve("cells").resolve(FIRST).resolve("result.json"), "{}");

    JsonNode cell = json().at("/groups/0/rows/0/cells/0");

    assertThat(cell.get("state").asText()).isEqualTo("done");
    assertThat(cell.has("seconds")).isFalse();
  }

  @Test
  void aProcessThatHasTheNumberOfOneThatDiedWorksOnNothing() throws IOException {
    WrittenComparison.own(written.folder, WrittenComparison.START);
    written.started(ProcessHandle.current().pid()).ledger(0, FIRST, new Event.CellStarted());

    JsonNode json = json();

    assertThat(json.get("state").asText()).isEqualTo("interrupted");
    assertThat(json.at("/groups/0/rows/0/cells/0/state").asText()).isEqualTo("interrupted");
    assertThat(json.has("seconds_left")).isFalse();
  }

  @Test
  void aFinishedComparisonCanBeLookedAt() throws IOException {
    written
        .started()
        .ledger(0, FIRST, new Event.CellStarted())
        .ledger(30, FIRST, ended(Optional.empty(), Double.NaN))
        .ledger(50, "", new Event.ComparisonEnded(1, 0));

    JsonNode json = json();

    assertThat(json.get("state").asText()).isEqualTo("ended");
    assertThat(json.get("seconds").asDouble()).isEqualTo(50);
  }

  @Test
  void aLongCurveIsThinnedOutAndKeepsItsEnds() {
    StepCurve curve = new StepCurve();
    for (int i = 1; i <= 10_000; i++) {
      curve.add(i, i);
    }
    assertThat(curve.shown())
        .hasSize(300)
        .startsWith(List.of(1.0, 1.0))
        .endsWith(List.of(1e4, 1e4));
  }

  private JsonNode json() throws IOException {
    return read(status.json(Optional.empty()));
  }

  private static JsonNode read(Map<String, Object> json) throws IOException {
    return new ObjectMapper().readTree(StatusJson.text(json));
  }

  private static List<String> curves(JsonNode json) {
    List<String> curves = new ArrayList<>();
    json.at("/cell/curves")
        .forEach(
            curve ->
                curves.add(
                    curve.get("phase").asText()
                        + " "
                        + curve.get("name").asText()
                        + " "
                        + curve.get("points")));
    return curves;
  }
}
