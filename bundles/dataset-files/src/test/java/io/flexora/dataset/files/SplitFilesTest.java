package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitFilesTest {
  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
  }

  private void write(String... names) {
    for (String name : names) {
      loading.write(name, "{\"a\": \"%s\"}\n".formatted(name));
    }
  }

  private static List<String> origins(Map<Split, List<Row>> rows, Split split) {
    return rows.get(split).stream().map(Row::origin).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "train-00000-of-00002.parquet, TRAIN",
    "data/train-00000-of-00002.parquet, TRAIN",
    "training.jsonl, TRAIN",
    "my_dev.jsonl, VALIDATION",
    "Valid.csv, VALIDATION",
    "val/part-1.jsonl, VALIDATION",
    "validation.jsonl, VALIDATION",
    "piqa.test.jsonl, TEST",
    "eval/2.json, TEST",
    "test/train.jsonl, TRAIN",
    "trainer.jsonl,",
    "latest.jsonl,",
    "rows.jsonl,"
  })
  void tellsASplitByTheName(String path, Split split) {
    assertThat(SplitNames.ofPath(path)).isEqualTo(Optional.ofNullable(split));
  }

  @ParameterizedTest
  @CsvSource({
    "data/train_sft-00000-of-00003-a3ec.parquet, data/train_sft",
    "main/train/0000.parquet, main/train",
    "piqa.test.jsonl.gz, piqa.test",
    "train/en.jsonl, train",
    "rows.jsonl, ''"
  })
  void tellsWhatNamesASplit(String path, String stem) {
    assertThat(SplitNames.stem(path)).isEqualTo(stem);
  }

  @Test
  void tellsThatSeveralSplitsAreReadTogether() throws IOException {
    write("d/data/train_sft-00000-of-00002.jsonl", "d/data/train_sft-00001-of-00002.jsonl");
    write("d/data/train_gen-00000-of-00001.jsonl", "d/data/test.jsonl");
    assertThat(origins(loading.load("source: file:d"), Split.TRAIN)).hasSize(3);
    assertThat(loading.notices())
        .containsExactly(
            "dataset files: data/train_gen, data/train_sft are read together for split train;"
                + " to read one alone, write train: data/train_gen**");
    assertThat(origins(loading.load("source: file:d\ntrain: data/train_gen**"), Split.TRAIN))
        .containsExactly("train_gen-00000-of-00001.jsonl:1");
    assertThat(loading.notices()).hasSize(1);
  }

  @Test
  void readsTestRowsAloneForAModelThatIsOnlyScored() throws IOException {
    write("held-out.jsonl");
    Map<Split, List<Row>> rows = loading.load("test: file:held-out.jsonl");
    assertThat(rows.get(Split.TRAIN)).isEmpty();
    assertThat(origins(rows, Split.TEST)).containsExactly("held-out.jsonl:1");
  }

  @Test
  void tellsTheFilesOfAFolderApart() throws IOException {
    write("d/train/1.jsonl", "d/train/2.jsonl", "d/dev.jsonl", "d/test-0.jsonl");
    write("d/extra.jsonl", "d/.cache/train.jsonl", "d/dataset_info.json");
    loading.write("d/README.md", "text");
    Map<Split, List<Row>> rows = loading.load("source: file:d");
    assertThat(origins(rows, Split.TRAIN)).containsExactly("train/1.jsonl:1", "train/2.jsonl:1");
    assertThat(origins(rows, Split.VALIDATION)).containsExactly("dev.jsonl:1");
    assertThat(origins(rows, Split.TEST)).containsExactly("test-0.jsonl:1");
    assertThat(loading.notices())
        .containsExactly(
            "dataset files: the names of extra.jsonl are of no split; they are not read");
  }

  @Test
  void bringsEachFileByItsOwnLocation() throws IOException {
    write("d/train.jsonl", "d/dev.jsonl");
    loading.load("source: file:d/");
    assertThat(loading.fetched())
        .containsExactly("file:d/", "file:d/dev.jsonl", "file:d/train.jsonl");
  }

  @Test
  void asksForWhatMatchesAGlobAlone() throws IOException {
    write("d/x/p-1.jsonl", "d/x/q.jsonl");
    loading.load("train: file:d/x/p-*.jsonl");
    assertThat(loading.fetched()).containsExactly("file:d/x/p-*.jsonl", "file:d/x/p-1.jsonl");
  }

  @Test
  void takesAllFilesForTrainingWhereNoNameTells() throws IOException {
    write("d/b.jsonl", "d/a.jsonl");
    Map<Split, List<Row>> rows = loading.load("source: file:d");
    assertThat(origins(rows, Split.TRAIN)).containsExactly("a.jsonl:1", "b.jsonl:1");
    assertThat(rows.get(Split.TEST)).isEmpty();
  }

  @Test
  void takesGlobsFoldersAndOtherSplits() throws IOException {
    write("d/x/p-1.jsonl", "d/x/p-2.jsonl", "d/x/q.jsonl", "d/validation.jsonl", "d/train.jsonl");
    Map<Split, List<Row>> rows =
        loading.load("source: file:d\ntrain: file:d/x/p-*.jsonl\nvalidation: x/q.jsonl\ntest: dev");
    assertThat(origins(rows, Split.TRAIN)).containsExactly("p-1.jsonl:1", "p-2.jsonl:1");
    assertThat(origins(rows, Split.VALIDATION)).containsExactly("q.jsonl:1");
    assertThat(origins(rows, Split.TEST)).containsExactly("validation.jsonl:1");
    assertThat(origins(loading.load("train: file:**/{p,q}*.jsonl"), Split.TRAIN)).hasSize(3);
    assertThat(origins(loading.load("train: file:d/x"), Split.TRAIN)).hasSize(3);
  }

  @Test
  void takesNoRowsWhereNoneAreAskedFor() throws IOException {
    write("d/train.jsonl", "d/dev.jsonl", "d/test.jsonl");
    Map<Split, List<Row>> rows = loading.load("source: file:d\nvalidation: 0\ntest: 0");
    assertThat(rows.get(Split.TRAIN)).hasSize(1);
    assertThat(rows.get(Split.VALIDATION)).isEmpty();
    assertThat(rows.get(Split.TEST)).isEmpty();
  }

  @Test
  void readsFilesBehindLinks() throws IOException {
    write("blobs/0123");
    Files.createDirectories(folder.resolve("s"));
    Files.createSymbolicLink(folder.resolve("s/train.jsonl"), Path.of("../blobs/0123"));
    assertThat(origins(loading.load("source: file:s"), Split.TRAIN))
        .containsExactly("train.jsonl:1");
  }

  @Test
  void readsAnyNameInTheFormatSaid() throws IOException {
    write("rows.txt");
    assertThat(origins(loading.load("train: file:rows.txt\nformat: jsonl"), Split.TRAIN))
        .containsExactly("rows.txt:1");
  }

  @Test
  void givesFilesOfTheSameNameDifferentOrigins() throws IOException {
    write("a/rows.jsonl", "b/rows.jsonl");
    Map<Split, List<Row>> rows = loading.load("train: file:a/rows.jsonl\ntest: file:b/rows.jsonl");
    assertThat(origins(rows, Split.TRAIN)).containsExactly("train/rows.jsonl:1");
    assertThat(origins(rows, Split.TEST)).containsExactly("test/rows.jsonl:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {validation: 0.1}                         | neither source nor train is given; write train: file:PATH
          {train: train.jsonl}                      | train: 'train.jsonl' does not say where it is; write file:train.jsonl
          {train: 0.5}                              | train: '0.5' does not say where it is
          {train: 'file:t.jsonl', test: dev}        | test: 'dev' does not say where it is; write file:dev, or a number or share
          {train: 'file:t.jsonl', test: 'file:t.jsonl'} | t.jsonl is read for train and for test, and no row may be in two splits
          {train: 'file:empty'}                     | file:empty has no file with rows (.jsonl, .json, .csv, .tsv, .conll or .parquet
          {train: 'file:empty'}                     | it has readme.md
          {train: 'file:*.json'}                    | file:*.json has no file with rows
          {train: 'file:t.jsonl/*.json'}            | file:t.jsonl is no folder in which to look for *.json
          {train: 'file:empty/readme.md'}           | the name of readme.md does not end in .jsonl
          {source: 'file:d', test: eval}            | file:d has no files of the split 'eval'; it has train (train.jsonl)
          {source: 'file:m'}                        | file:m has files of the split 'train' in csv and jsonl (train.csv, train.jsonl)
          {source: 'file:p'}                        | train.csv and train.csv.gz, both read for train, have the same rows; remove one
          {train: 'file:p'}                         | train.csv and train.csv.gz, both read for train, have the same rows; remove one
          {train: 'file:t.jsonl', test: 0.0}        | '0.0' is not a share of the training rows; write one between 0 and 1
          {train: 'file:t.jsonl', test: 100%}       | '100%' is not a share
          {train: 'file:t.jsonl', test: 1}          | validation (0 rows) and test (1 rows) cannot be taken from the 1 training rows
          """)
  void saysWhatIsWrong(String yaml, String message) {
    write("t.jsonl", "d/train.jsonl", "m/train.jsonl", "m/train.csv", "empty/readme.md");
    write("p/train.csv", "p/train.csv.gz");
    assertThatThrownBy(() -> loading.load(yaml))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }

  @Test
  void leavesMissingFilesToTheSource() {
    assertThatThrownBy(() -> loading.load("train: file:t.jsonl"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageStartingWith("there is no file ");
  }
}
