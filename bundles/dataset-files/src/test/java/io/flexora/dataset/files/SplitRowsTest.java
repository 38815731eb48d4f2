package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitRowsTest {
  private static final String TRAIN = "train: file:t.jsonl\n";
  private static final Map<String, Double> SHARES =
      Map.of("a", 0.7, "b", 0.25, "c", 0.047, "d", 0.003);

  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
  }

  private void write(String name, int rows, IntFunction<String> row) {
    loading.write(
        name, IntStream.range(0, rows).mapToObj(row).collect(Collectors.joining("\n")) + "\n");
  }

  private void write(int rows) {
    write("t.jsonl", rows, i -> "{\"id\": %d, \"q\": \"Question %d\"}".formatted(i, i));
  }

  private Set<String> origins(String yaml, Split split) throws IOException {
    return loading.load(yaml).get(split).stream().map(Row::origin).collect(Collectors.toSet());
  }

  @Test
  void takesSharesAndNumbersFromTheTrainingRows() throws IOException {
    write(1000);
    Map<Split, List<Row>> rows = loading.load(TRAIN + "validation: 10%\ntest: 150");
    assertThat(rows.get(Split.TRAIN)).hasSize(750);
    assertThat(rows.get(Split.VALIDATION)).hasSize(100);
    assertThat(rows.get(Split.TEST)).hasSize(150);
    assertThat(rows.values().stream().flatMap(List::stream).map(Row::origin))
        .doesNotHaveDuplicates()
        .hasSize(1000);
    assertThat(rows.get(Split.VALIDATION))
        .isSortedAccordingTo((a, b) -> Long.compare(id(a), id(b)));
    // Spread over the file: the mean of 100 of 0..999 has a deviation of 29.
    assertThat(rows.get(Split.VALIDATION).stream().mapToLong(SplitRowsTest::id).average())
        .hasValueCloseTo(499.5, org.assertj.core.data.Offset.offset(110.0));
  }

  private static long id(Row row) {
    return (Long) row.fields().get("id");
  }

  @Test
  void drawsOtherRowsWithAnotherSeedAlone() throws IOException {
    write(200);
    String yaml = TRAIN + "validation: 20\ntest: 20\ntrain_rows: 50";
    assertThat(loading.load(yaml, 1)).isEqualTo(loading.load(yaml, 1));
    for (Split split : Split.values()) {
      assertThat(loading.load(yaml, 2).get(split)).isNotEqualTo(loading.load(yaml, 1).get(split));
    }
  }

  @Test
  void drawsTheSameRowsWhateverElseIsAskedFor() throws IOException {
    write(1000);
    Set<String> validation = origins(TRAIN + "validation: 100", Split.VALIDATION);
    assertThat(origins(TRAIN + "validation: 100\ntrain_rows: 7", Split.VALIDATION))
        .isEqualTo(validation);
    assertThat(origins(TRAIN + "validation: 200", Split.VALIDATION)).containsAll(validation);
    assertThat(origins(TRAIN + "validation: 100\nvalidation_rows: 30", Split.VALIDATION))
        .hasSize(30)
        .isSubsetOf(validation);
    Set<String> common = origins(TRAIN + "validation: 100\ntest: 100", Split.VALIDATION);
    common.retainAll(validation);
    assertThat(common).hasSizeGreaterThan(80);
    Set<String> some = origins(TRAIN + "train_rows: 10", Split.TRAIN);
    assertThat(origins(TRAIN + "train_rows: 20", Split.TRAIN)).hasSize(20).containsAll(some);
    assertThat(origins(TRAIN + "train_rows: 20\nwhere: id < 900", Split.TRAIN))
        .containsAll(origins(TRAIN + "train_rows: 9\nwhere: id < 900", Split.TRAIN));
  }

  @Test
  void takesTheFirstRowsIfToldSo() throws IOException {
    write(100);
    assertThat(loading.train(TRAIN + "train_rows: 3\nsampling: first"))
        .extracting(Row::origin)
        .containsExactly("t.jsonl:1", "t.jsonl:2", "t.jsonl:3");
  }

  @Test
  void leavesOutTrainingRowsThatAreInOfficialSplits() throws IOException {
    write(10);
    loading.write(
        "v.jsonl", "{\"id\": 77, \"q\": \"  question\\n 3\"}\n{\"id\": 78, \"q\": \"x\"}\n");
    loading.write("e.jsonl", "{\"id\": 79, \"q\": \"X\"}\n{\"id\": 80, \"q\": \"question 5\"}\n");
    String yaml = TRAIN + "validation: file:v.jsonl\ntest: file:e.jsonl\n";
    Map<Split, List<Row>> rows = loading.load(yaml);
    assertThat(rows.get(Split.TRAIN))
        .extracting(SplitRowsTest::id)
        .doesNotContain(3L, 5L)
        .hasSize(8);
    assertThat(rows.get(Split.VALIDATION)).extracting(SplitRowsTest::id).containsExactly(77L);
    assertThat(rows.get(Split.TEST)).hasSize(2);
    assertThat(loading.notices())
        .containsExactly(
            "dataset files: 1 of the 2 rows of split validation agree with rows of split test"
                + " (v.jsonl:2); they are left out of validation",
            "dataset files: 1 of the 10 rows of split train agree with rows of split test"
                + " (t.jsonl:6); they are left out of train",
            "dataset files: 1 of the 9 rows of split train agree with rows of split validation"
                + " (t.jsonl:4); they are left out of train");
    assertThat(loading.train(yaml + "duplicates: keep")).hasSize(10);
    assertThatThrownBy(() -> loading.load(yaml + "duplicates: refuse"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("(v.jsonl:2); leave them out by duplicates: drop");
  }

  @Test
  void anIndexOfPandasMakesNoRowAnother() throws IOException {
    for (String index : List.of("", "Unnamed: 0", "Unnamed: 0.1", "__index_level_0__")) {
      loading.write("t.csv", index + ",q\n0,a\n1,b\n");
      loading.write("e.csv", index + ",q\n7,A\n");
      assertThat(loading.train("train: file:t.csv\ntest: file:e.csv"))
          .as("index '%s'", index)
          .extracting(Row::origin)
          .containsExactly("t.csv:3");
    }
  }

  @Test
  void keepsRowsThatAgreeInOneSplit() throws IOException {
    write(
        "t.jsonl",
        300,
        i -> "{\"id\": %d, \"q\": \"%s %d\"}".formatted(i, i % 2 == 0 ? "q" : "Q", i / 2));
    Map<Split, List<Row>> rows = loading.load(TRAIN + "validation: 100");
    assertThat(rows.get(Split.VALIDATION)).hasSize(100);
    Set<Long> halves = new HashSet<>();
    rows.get(Split.VALIDATION).forEach(r -> halves.add(id(r) / 2));
    assertThat(halves).hasSize(50);
  }

  private static Map<Object, Long> labels(List<Row> rows) {
    return rows.stream()
        .collect(Collectors.groupingBy(r -> r.fields().get("label"), Collectors.counting()));
  }

  @Test
  void keepsTheSharesOfAFieldInSamples() throws IOException {
    // 700 a, 250 b, 47 c and 3 d.
    write(
        "t.jsonl",
        1000,
        i ->
            "{\"q\": \"question %d\", \"label\": \"%s\"}"
                .formatted(i, i < 700 ? "a" : i < 950 ? "b" : i < 997 ? "c" : "d"));
    String stratified = TRAIN + "stratify_by: label\n";
    Map<Split, List<Row>> rows = loading.load(stratified + "test: 200\nvalidation: 10%");
    assertThat(labels(rows.get(Split.TEST)))
        .isEqualTo(Map.of("a", 140L, "b", 50L, "c", 9L, "d", 1L));
    assertThat(labels(rows.get(Split.VALIDATION)))
        .containsEntry("a", 70L)
        .containsEntry("b", 25L)
        .containsEntry("c", 5L);
    Set<String> larger = origins(stratified + "train_rows: 333", Split.TRAIN);
    for (int count : new int[] {1, 7, 50, 100, 332}) {
      List<Row> some = loading.load(stratified + "train_rows: " + count).get(Split.TRAIN);
      assertThat(larger).containsAll(some.stream().map(Row::origin).toList());
      labels(some)
          .forEach(
              (label, seen) ->
                  assertThat(seen.doubleValue())
                      .as("%s of %d", label, count)
                      .isCloseTo(count * SHARES.get(label), within(1.0)));
    }
    assertThat(origins(TRAIN + "train_rows: 100", Split.TRAIN))
        .isNotEqualTo(origins(stratified + "train_rows: 100", Split.TRAIN));
    assertThatThrownBy(() -> loading.load(TRAIN + "stratify_by: class"))
        .hasMessageContaining("stratify_by names 'class', which no row has");
  }

  @Test
  void keepsSharesAndGroupsAtOnce() throws IOException {
    write(
        "t.jsonl",
        400,
        i ->
            "{\"article\": \"text %d\", \"q\": \"question %d\", \"label\": \"%s\"}"
                .formatted(i / 4, i, i / 4 % 5 == 0 ? "rare" : "often"));
    List<Row> held =
        loading
            .load(TRAIN + "validation: 100\ngroup_by: [article]\nstratify_by: label")
            .get(Split.VALIDATION);
    assertThat(labels(held)).isEqualTo(Map.of("rare", 20L, "often", 80L));
    assertThat(held.stream().map(r -> (line(r) - 1) / 4).distinct()).hasSize(25);
  }

  @Test
  void keepsRowsOfAGroupInOneSplit() throws IOException {
    write(
        "t.jsonl",
        300,
        i -> "{\"article\": \"text %d\", \"q\": \"question %d\"}".formatted(i / 4, i));
    Map<Split, List<Row>> rows =
        loading.load(TRAIN + "validation: 90\ngroup_by: [article]\nfields: [q]");
    Set<Integer> articles = new HashSet<>();
    rows.get(Split.VALIDATION).forEach(r -> articles.add((line(r) - 1) / 4));
    // 22 groups of 4 fit into 90.
    assertThat(rows.get(Split.VALIDATION)).hasSize(88);
    assertThat(articles).hasSize(22);
    assertThat(loading.notices())
        .containsExactly(
            "dataset files: validation has 88 of the 90 rows that it asks for, as rows of a group"
                + " (group_by) stay together");
    // Whoever parts a split again can keep them together, too.
    Map<Optional<String>, Set<Integer>> groups = new HashMap<>();
    rows.get(Split.VALIDATION)
        .forEach(
            r ->
                groups.computeIfAbsent(r.group(), group -> new HashSet<>()).add((line(r) - 1) / 4));
    assertThat(groups).hasSize(22).doesNotContainKey(Optional.empty());
    assertThat(groups.values()).allSatisfy(article -> assertThat(article).hasSize(1));
    assertThat(loading.train(TRAIN))
        .as("rows that stand alone")
        .allSatisfy(r -> assertThat(r.group()).isEmpty());
  }

  private static int line(Row row) {
    return Integer.parseInt(row.origin().substring(row.origin().indexOf(':') + 1));
  }

  @Test
  void refusesAHeldOutSplitWithoutRows() throws IOException {
    write("t.jsonl", 300, i -> "{\"author\": \"a %d\", \"q\": \"q %d\"}".formatted(i / 100, i));
    String groups = TRAIN + "validation: 50\ngroup_by: [author]";
    String none =
        "dataset files: validation asks for 50 rows, but rows of a group (group_by) stay together,"
            + " and the smallest group has 100; ask for more, or group by other fields";
    assertThatThrownBy(() -> loading.load(groups))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(none);
    assertThat(loading.load(groups, Split.TRAIN).get(Split.TRAIN)).hasSize(300);
    assertThat(loading.notices()).containsExactly(none);
    write(9);
    assertThatThrownBy(() -> loading.load(TRAIN + "test: 5%"))
        .hasMessage(
            "dataset files: test: 5% of the training rows is less than one row; ask for more");
  }

  @Test
  void saysHowManyRowsThereAre() {
    write(20);
    assertThatThrownBy(() -> loading.load(TRAIN + "validation: 5\ntrain_rows: 16"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("dataset files: train_rows is 16, but split train has 15 rows; ask for fewer");
    assertThatThrownBy(() -> loading.load(TRAIN + "validation: 15\ntest: 0.5"))
        .hasMessageContaining(
            "validation (15 rows) and test (10 rows) cannot be taken from the 20");
  }

  @Test
  void scoringASplitNeedsNoOtherToBeAsLargeAsAskedFor() throws IOException {
    write(20);
    write("e.jsonl", 5, i -> "{\"id\": %d, \"q\": \"other %d\"}".formatted(i + 90, i));
    String yaml = TRAIN + "train_rows: 2000\nvalidation: 20\ntest: file:e.jsonl";
    Map<Split, List<Row>> rows = loading.load(yaml, Split.TEST);
    assertThat(rows.get(Split.TEST)).hasSize(5);
    assertThat(rows.get(Split.TRAIN)).hasSize(20);
    assertThat(rows.get(Split.VALIDATION)).isEmpty();
    assertThat(loading.notices())
        .containsExactly(
            "dataset files: validation (20 rows) is not taken from the 20 training rows, which are"
                + " too few");
    assertThatThrownBy(() -> loading.load(yaml, Split.VALIDATION))
        .hasMessageContaining("validation (20 rows) and test (0 rows) cannot be taken");
    assertThatThrownBy(() -> loading.load(yaml, Split.TRAIN))
        .hasMessageContaining("train_rows is 2000, but split train has 20 rows");
  }

  @Test
  void scoringASplitTakesItsRowsFromTrainingRowsAsEver() throws IOException {
    write(40);
    String yaml = TRAIN + "train_rows: 20\nvalidation: 8\ntest: 0.2";
    for (Split split : Split.values()) {
      assertThat(loading.load(yaml, split)).isEqualTo(loading.load(yaml));
    }
    String more = TRAIN + "train_rows: 20\nvalidation: 40\ntest: 0.2";
    assertThat(loading.load(more, Split.TEST).get(Split.TEST))
        .isEqualTo(loading.load(yaml).get(Split.TEST));
  }

  @Test
  void scoringASplitNeedsNoTrainingFiles() throws IOException {
    write("data/validation.jsonl", 5, i -> "{\"id\": %d, \"q\": \"other %d\"}".formatted(i, i));
    String yaml = "source: file:data\ntrain: train\nvalidation: 2\ntest: validation";
    assertThat(loading.load(yaml, Split.TEST).get(Split.TEST)).hasSize(5);
    assertThatThrownBy(() -> loading.load(yaml))
        .hasMessageContaining("has no files of the split 'train'; it has");
  }

  @Test
  void saysThatNoTrainingRowIsLeft() {
    write(3);
    write("e.jsonl", 5, i -> "{\"id\": %d, \"q\": \"QUESTION %d\"}".formatted(i + 9, i));
    assertThatThrownBy(() -> loading.load(TRAIN + "test: file:e.jsonl"))
        .hasMessageContaining("no training row is left");
  }
}
