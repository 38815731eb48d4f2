package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFolderTest {

  @TempDir Path folder;

  private CheckpointFolder checkpoints() {
    return SavingProcess.checkpoints(folder, "abc", 2);
  }

  private static Snapshot snapshot(long step) {
    return SavingProcess.snapshot(step);
  }

  private void saveTwo() {
    checkpoints().save(snapshot(10));
    checkpoints().save(snapshot(20));
  }

  private void requireFallback(String damage, String file) {
    List<String> notices = new ArrayList<>();
    Snapshot found = checkpoints().newest(notices::add).orElseThrow();
    assertThat(found.step()).as(damage).isEqualTo(10);
    SavingProcess.requireEqual(found, snapshot(10));
    assertThat(notices).as(damage).hasSize(1);
    assertThat(notices.get(0)).as(damage).contains("step-20 is damaged (").contains(file);
    assertThat(folder.resolve("step-20.damaged")).as(damage).isDirectory();
    checkpoints().save(snapshot(20));
    assertThat(checkpoints().newest(notices::add).orElseThrow().step()).isEqualTo(20);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("step-10", "step-20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays.safetensors", "values.json", "manifest.json"})
  void aCutFileMakesTheCheckpointBeforeTheNewest(String name) throws IOException {
    saveTwo();
    Path file = folder.resolve("step-20").resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int sixteenths = 0; sixteenths < 16; sixteenths++) {
      Files.write(file, Arrays.copyOf(whole, whole.length * sixteenths / 16));
      requireFallback(name + " cut to " + sixteenths + "/16", name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays.safetensors", "values.json", "manifest.json"})
  void aChangedByteMakesTheCheckpointBeforeTheNewest(String name) throws IOException {
    saveTwo();
    Path file = folder.resolve("step-20").resolve(name);
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 25; i++) {
      byte[] changed = whole.clone();
      int at = random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      if (Character.isWhitespace(whole[at]) && Character.isWhitespace(changed[at])) {
        continue;
      }
      Files.write(file, changed);
      requireFallback(name + " changed at " + at, name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays.safetensors", "values.json", "manifest.json"})
  void aMissingFileMakesTheCheckpointBeforeTheNewest(String name) throws IOException {
    saveTwo();
    Files.delete(folder.resolve("step-20").resolve(name));
    requireFallback(name + " deleted", name + " is missing");
  }

  @Test
  void aFolderUnderAnotherStepsNameIsNotACheckpoint() throws IOException {
    checkpoints().save(snapshot(10));
    checkpoints().save(snapshot(15));
    Files.move(folder.resolve("step-15"), folder.resolve("step-20"));
    requireFallback("renamed", "manifest.json is that of step 15");
  }

  @Test
  void allDamagedIsNone() throws IOException {
    saveTwo();
    Files.delete(folder.resolve("step-10/values.json"));
    Files.delete(folder.resolve("step-20/manifest.json"));
    List<String> notices = new ArrayList<>();
    assertThat(checkpoints().newest(notices::add)).isEmpty();
    assertThat(notices).hasSize(2);
    assertThat(notices.get(0)).endsWith("; going on from the one before");
    assertThat(notices.get(1)).contains("step-10 is damaged (", "); there is none before it");
  }

  @Test
  void aCheckpointOfAnotherConfigurationIsRefusedByName() {
    saveTwo();
    assertThatThrownBy(() -> SavingProcess.checkpoints(folder, "def", 2).newest(notice -> {}))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("step-20 was made with another configuration (abc, this one is def)");
    assertThat(folder.resolve("step-20")).isDirectory();
  }

  @Test
  void theNewestAreKeptAndLeftoversSwept() throws IOException {
    Files.createDirectories(folder.resolve("step-7.partial/deep"));
    Files.writeString(folder.resolve("step-7.partial/deep/file"), "x");
    for (long step : new long[] {1, 2, 3, 10, 9}) {
      checkpoints().save(snapshot(step));
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("step-10", "step-9");
  }

  @Test
  void savingAWholeStepAgainChangesNothing() throws IOException {
    saveTwo();
    byte[] before = Files.readAllBytes(folder.resolve("step-20/manifest.json"));
    Snapshot other = snapshot(21);
    checkpoints().save(new Snapshot(20, other.arrays(), other.values()));
    assertThat(Files.readAllBytes(folder.resolve("step-20/manifest.json"))).isEqualTo(before);
  }

  @Test
  void valuesKeepTheirTypesAndBits() {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 1; i <= 200; i++) {
      double any = Double.longBitsToDouble(random.nextLong());
      Map<String, Object> values =
          Map.of(
              "long", random.nextLong(),
              "int", random.nextInt(),
              "double", any,
              "whole double", (double) random.nextInt(),
              "float", Float.intBitsToFloat(random.nextInt()),
              "boolean", random.nextBoolean(),
              "string", "\"ü\n\0" + random.nextInt(),
              "list", List.of(1L, 2, 0.1, -0.0, "x", List.of(true)),
              "map", Map.of("int", 3, "inner", Map.of("a", 1L)),
              "extremes", List.of(Double.MIN_VALUE, Double.MAX_VALUE, Double.NEGATIVE_INFINITY));
      CheckpointFolder one = SavingProcess.checkpoints(folder, "abc", 1);
      one.save(new Snapshot(i, Map.of(), values));
      Map<String, Object> read = one.newest(notice -> {}).orElseThrow().values();
      assertThat(read).isEqualTo(values);
    }
  }

  @Test
  void aValueOfAnotherTypeIsRefusedAndNothingIsLeft() {
    Snapshot wrong = new Snapshot(1, Map.of(), Map.of("when", java.time.Instant.EPOCH));
    assertThatThrownBy(() -> checkpoints().save(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value 'when' of a checkpoint is a java.time.Instant");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileInPlaceOfTheFolderIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(
            () -> SavingProcess.checkpoints(file.resolve("train"), "abc", 2).save(snapshot(1)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("cannot write ");
  }
}
