package io.flexora.dataset.wordnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the real WordNet 3.1, which is on the test's class path. */
class WordnetDatasetTest {
  @TempDir static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    for (String name : Senses.ALL.files()) {
      try (InputStream in =
          WordnetDatasetTest.class.getResourceAsStream(
              "/net/sf/extjwnl/data/wordnet/wn31/" + name)) {
        Files.copy(in, folder.resolve(name));
      }
    }
  }

  private static WordnetOptions options(
      Senses senses, int train, int validation, int test, Distribution distribution) {
    return new WordnetOptions("wn", senses, train, validation, test, distribution, 3, false);
  }

  private static Map<Split, List<Row>> load(WordnetOptions options, long seed) throws IOException {
    return new WordnetDataset(
            options,
            new Seeds(seed),
            location -> folder.resolve(location.substring(location.indexOf('/') + 1)))
        .load();
  }

  private static Map<String, Long> counts(List<Row> rows) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                r -> (String) r.fields().get("supersense"), Collectors.counting()));
  }

  @ParameterizedTest
  @CsvSource({"NOUNS, 82192, 26", "VERBS, 13789, 15", "ALL, 117791, 45"})
  void readsEverySynsetOfAPartOfSpeech(Senses senses, int synsets, int supersenses)
      throws IOException {
    List<Synset> read = new ArrayList<>();
    for (String name : senses.files()) {
      read.addAll(new DatabaseFile(folder.resolve(name), name).synsets());
    }
    // The statistics of WordNet 3.1's distribution.
    assertThat(read).hasSize(synsets);
    assertThat(read.stream().map(Synset::supersense).distinct()).hasSize(supersenses);
  }

  @Test
  void readsTheFieldsOfASynset() throws IOException {
    Synset abstraction =
        new DatabaseFile(folder.resolve("data.noun"), "data.noun").synsets().get(2);
    assertThat(abstraction.origin()).isEqualTo("data.noun:00002137");
    assertThat(abstraction.supersense()).isEqualTo("noun.Tops");
    assertThat(abstraction.lemmas()).containsExactly("abstraction", "abstract entity");
    assertThat(abstraction.gloss())
        .isEqualTo("a general concept formed by extracting common features from specific examples");
  }

  @Test
  void splitsAreDisjointUniqueAndOfTheSizesAskedFor() throws IOException {
    Map<Split, List<Row>> rows =
        load(options(Senses.NOUNS, 2000, 500, 1000, Distribution.BALANCED), 1);
    assertThat(rows.get(Split.TRAIN)).hasSize(2000);
    assertThat(rows.get(Split.VALIDATION)).hasSize(500);
    assertThat(rows.get(Split.TEST)).hasSize(1000);
    List<Row> all = rows.values().stream().flatMap(Collection::stream).toList();
    assertThat(all)
        .extracting(
            r ->
                r.fields().get("gloss").toString().toLowerCase(Locale.ROOT).replaceAll("\\W+", " "))
        .doesNotHaveDuplicates();
    assertThat(all).extracting(Row::origin).doesNotHaveDuplicates();
    assertThat(all).allMatch(r -> !r.fields().get("gloss").toString().isBlank());
  }

  @Test
  void balancedSplitsHaveEqualSharesOfEveryClassThatIsLargeEnough() throws IOException {
    Map<Split, List<Row>> rows =
        load(options(Senses.NOUNS, 2600, 520, 1040, Distribution.BALANCED), 1);
    Map<String, Long> training = counts(rows.get(Split.TRAIN));
    assertThat(training).hasSize(26);
    assertThat(training.get("noun.animal")).isCloseTo(training.get("noun.plant"), within(1L));
    assertThat(counts(rows.get(Split.VALIDATION))).hasSize(26);
    assertThat(counts(rows.get(Split.TEST))).hasSize(26);
  }

  @Test
  void naturalSplitsKeepTheSharesOfWordnet() throws IOException {
    Map<Split, List<Row>> rows =
        load(options(Senses.NOUNS, 4000, 1000, 1000, Distribution.NATURAL), 1);
    // 11,587 of WordNet 3.0's 82,115 noun synsets are artifacts.
    double share = counts(rows.get(Split.TRAIN)).get("noun.artifact") / 4000.0;
    assertThat(share).isCloseTo(11_587 / 82_115.0, within(0.02));
    Set<String> trained = counts(rows.get(Split.TRAIN)).keySet();
    assertThat(trained).containsAll(counts(rows.get(Split.TEST)).keySet());
    assertThat(trained).containsAll(counts(rows.get(Split.VALIDATION)).keySet());
  }

  @Test
  void theSeedAloneDecidesWhatIsDrawn() throws IOException {
    WordnetOptions options = options(Senses.ALL, 300, 100, 100, Distribution.BALANCED);
    Map<Split, List<Row>> first = load(options, 1);
    assertThat(load(options, 1)).isEqualTo(first);
    assertThat(load(options, 2).get(Split.TRAIN)).isNotEqualTo(first.get(Split.TRAIN));
    assertThat(counts(first.get(Split.TRAIN))).hasSize(45);
  }

  @Test
  void saysHowManyRowsThereAreWhereTooManyAreAskedFor() {
    assertThatThrownBy(
            () -> load(options(Senses.NOUNS, 80_000, 1000, 10_000, Distribution.NATURAL), 1))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("= 91000 rows")
        .hasMessageMatching(".*there are \\d{5} with senses 'nouns'.*");
  }

  @Test
  void namesTheLineOfAFileThatIsCut(@TempDir Path other) throws IOException {
    Path cut = Files.writeString(other.resolve("data.noun"), "  1 licence\n00001740 03 n 01 ent");
    assertThatThrownBy(() -> new DatabaseFile(cut, "data.noun").synsets())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(cut + ":2");
  }

  @Test
  void loadsWithinSeconds() throws IOException {
    // The processor's time, as other programs on the machine do not count.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    load(options(Senses.NOUNS, 4000, 1000, 2000, Distribution.BALANCED), 3);
    Duration used = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
    assertThat(used).isLessThan(Duration.ofSeconds(10));
  }
}
