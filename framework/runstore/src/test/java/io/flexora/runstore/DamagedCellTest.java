package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.results.run.CellOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was changed in a finished cell by anything but the cell is named, and is made again. */
class DamagedCellTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7);
  private static final Selection SELECTION =
      new Selection(List.of(0, 2), Map.of("gain", List.of(0.5, 0.25, 1.0)));
  private static final float[] THETA = {0.5f, -1, 3};
  private static final List<Prediction> PREDICTIONS =
      List.of(
          new Prediction("a:1", 0, 1, List.of(-0.5, -0.25)),
          new Prediction("a:2", 1, 1, List.of(-1.5, -0.75)));
  private static final Map<String, List<Prediction>> TEST_SETS =
      Map.of("far", PREDICTIONS, "near", List.of(new Prediction("b:1", 0, 0, List.of(-0.5, -1.5))));

  @TempDir Path runs;
  private RunFolder run;
  private CellFolder cell;

  @BeforeEach
  void write() {
    run = RunFolder.create(runs, "a", NOW, "name: a\n");
    cell = run.cell("main");
    cell.writeSelection(SELECTION);
    cell.write(CellFolder.START, out -> out.write(new byte[] {1, 2, 3}));
    cell.writeTheta(THETA, Head.Saved.of(Head.NONE));
    cell.writePredictions(PREDICTIONS);
    cell.writeTestSets(TEST_SETS);
    cell.writeOutcome(outcome());
  }

  @AfterEach
  void close() {
    run.close();
  }

  private static CellOutcome outcome() {
    return CellOutcome.of(7)
        .selectedLayers(List.of(0, 2))
        .scores(Map.of("gain", List.of(0.5, 0.25, 1.0)))
        .trainableParameters(3)
        .seconds(Map.of("train", 1.5))
        .versions(Map.of("java", "17"))
        .build();
  }

  @Test
  void aWholeCellHasNoDamageAndLosesNothing() {
    assertThat(cell.removeDamaged()).isEmpty();
    requireWhole("untouched");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest.json",
        "selection.json",
        "adapter-start.safetensors",
        "theta.safetensors",
        "predictions.jsonl",
        "test-sets.jsonl",
        "outcome.json"
      })
  void aFlippedBitOrACutIsNamedOrHarmless(String name) throws IOException {
    Path file = cell.path().resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      Files.write(file, flipped);
      requireNamedOrWhole(name, "bit flipped in byte " + at);
      Files.write(file, Arrays.copyOf(whole, at));
      requireNamedOrWhole(name, "cut to " + at + " bytes");
    }
    Files.delete(file);
    assertThat(cell.damage().orElseThrow()).contains(name);
    Files.write(file, whole);
    requireWhole("restored");
  }

  private void requireNamedOrWhole(String name, String story) {
    Optional<String> damage = cell.damage();
    if (damage.isPresent()) {
      assertThat(damage.get()).as(story).contains(name);
    } else {
      assertThat(name).as(story).endsWith(".json");
      requireWhole(story);
    }
  }

  private void requireWhole(String story) {
    assertThat(cell.damage()).as(story).isEmpty();
    assertThat(cell.selection()).as(story).contains(SELECTION);
    assertThat(cell.theta().orElseThrow()).as(story).isEqualTo(THETA);
    assertThat(cell.predictions()).as(story).isEqualTo(PREDICTIONS);
    assertThat(cell.testSets()).as(story).isEqualTo(TEST_SETS);
    assertThat(cell.outcome()).as(story).contains(outcome());
  }

  @Test
  void predictionsThatLostALineOrAreGoneAreNotFewer() throws IOException {
    Path file = cell.path().resolve("predictions.jsonl");
    Files.writeString(file, Files.readAllLines(file).get(0) + "\n");
    assertThatThrownBy(cell::predictions)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(file + " has ")
        .hasMessageContaining("bytes instead of")
        .hasMessageContaining("flexora resume");
    Files.delete(file);
    assertThatThrownBy(cell::predictions)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(file + " is missing");
  }

  @Test
  void anotherParameterIsToldByItsHashes() throws IOException {
    Path file = cell.path().resolve("theta.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(cell::theta)
        .isInstanceOf(FlexoraException.class)
        .hasMessageMatching(".*theta.safetensors has the SHA-256 \\w{12} instead of \\w{12}; .*");
  }

  @Test
  void anOutcomeWithAnotherDigitIsRefusedThoughItIsAnOutcome() throws IOException {
    Path file = cell.path().resolve("outcome.json");
    Files.writeString(file, Files.readString(file).replace("\"seed\" : 7", "\"seed\" : 8"));
    assertThatThrownBy(cell::outcome)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(file + " is not as it was written");
  }

  @Test
  void whatIsDamagedIsRemovedWithWhatWasMadeFromIt() throws IOException {
    damage("theta.safetensors");
    assertThat(cell.removeDamaged().orElseThrow()).contains("theta.safetensors has ");
    assertThat(names())
        .containsExactly("adapter-start.safetensors", "manifest.json", "selection.json");
    assertThat(cell.damage()).isEmpty();
    assertThat(cell.selection()).contains(SELECTION);
    assertThat(cell.theta()).isEmpty();
    assertThat(cell.outcome()).isEmpty();
  }

  @Test
  void aDamagedManifestLeavesNothing() throws IOException {
    Files.createDirectories(cell.path().resolve("checkpoints/train/step-1"));
    damage("manifest.json");
    assertThat(cell.removeDamaged()).isPresent();
    assertThat(names()).isEmpty();
    assertThat(cell.selection()).isEmpty();
  }

  @Test
  void anotherConfigurationIsRefused() throws IOException {
    run.close();
    Path configuration = run.path().resolve("configuration.yaml");
    String sealed = Files.readString(configuration);
    Files.writeString(configuration, sealed.replace("name: a", "name: b"));
    assertThatThrownBy(() -> RunFolder.open(run.path()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(configuration + " was changed after it was written");
    Files.writeString(configuration, "name: b\n");
    run = RunFolder.open(run.path());
    assertThatThrownBy(() -> run.cell("main").outcome())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("was made with another configuration");
  }

  @Test
  void aRecordThatLostItsEndIsNamedAndGoneOnWithout() throws IOException {
    run.events().append(Events.step("main", "train", 1, Map.of()));
    run.events().append(Events.step("main", "train", 2, Map.of()));
    cell.writeOutcome(outcome());
    run.close();
    Path record = run.path().resolve("events.jsonl");
    Files.writeString(record, Files.readAllLines(record).get(0) + "\n");
    assertThatThrownBy(() -> RunFolder.read(run.path()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(record + " has lost a part");
    run = RunFolder.open(run.path());
    assertThat(run.mendRecord().orElseThrow()).contains(record + " has lost a part");
    assertThat(run.mendRecord()).isEmpty();
    assertThat(run.record().events()).hasSize(2);
    requireWhole("mended");
  }

  @Test
  void aRestartedCellHasNothingAndNoPast() {
    run.events().append(Events.step("main", "train", 1, Map.of()));
    run.events().append(Events.step("other", "train", 1, Map.of()));
    run.restart("main", "its code changed");
    assertThat(names()).isEmpty();
    assertThat(run.record().events())
        .extracting(event -> event.cell() + " " + event.kind())
        .containsExactly("other step", "main cell_restarted");
  }

  /** A process that ended between a file and the manifest has not written the file. */
  @Test
  void aFileThatTheManifestDoesNotNameIsNotThere() throws IOException {
    CellFolder other = run.cell("other");
    other.writeSelection(SELECTION);
    Files.copy(cell.path().resolve("theta.safetensors"), other.path().resolve("theta.safetensors"));
    assertThat(other.theta()).isEmpty();
    assertThat(other.damage()).isEmpty();
  }

  private void damage(String name) throws IOException {
    Path file = cell.path().resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
  }

  private List<String> names() {
    return Stream.of(cell.path().toFile().list()).sorted().toList();
  }
}
