package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.api.data.Dataset;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks a dataset. Configure sizes at which loading takes a second or less.
 *
 * @since 0.1
 */
public abstract class DatasetSuite extends ExtensionSuite<Dataset> {

  /** For subclasses. */
  protected DatasetSuite() {
    super(Dataset.class);
  }

  @Test
  void hasAllSplits() throws IOException {
    Map<Split, List<Row>> rows = extension().load();
    assertThat(rows).as("splits of %s", name()).containsOnlyKeys(Split.values());
    assertThat(rows.get(Split.TRAIN)).as("training rows of %s", name()).isNotEmpty();
  }

  @Test
  void namesEachRowOnce() throws IOException {
    assertThat(all(extension().load()))
        .extracting(Row::origin)
        .as("origins of the rows of %s", name())
        .doesNotHaveDuplicates();
  }

  @Test
  void putsNoRowIntoTwoSplits() throws IOException {
    Map<Split, List<Row>> rows = extension().load();
    for (Split split : Split.values()) {
      List<Map<String, Object>> others =
          Stream.of(Split.values())
              .filter(s -> s != split)
              .flatMap(s -> of(rows, s).stream())
              .map(Row::fields)
              .toList();
      assertThat(of(rows, split).stream().map(Row::fields).filter(others::contains).limit(3))
          .as(
              "rows of %s in split %s whose fields are also those of another split's row",
              name(), split)
          .isEmpty();
    }
  }

  @Test
  void loadsTheSameRowsInTheSameOrder() throws IOException {
    assertThat(extension().load())
        .as("rows of %s loaded again with the same seed; draw from Seeds alone", name())
        .isEqualTo(extension().load());
  }

  @Test
  void givesTheSameRowsToWhoScoresASplit() throws IOException {
    Map<Split, List<Row>> all = extension().load();
    for (Split split : Split.values()) {
      assertThat(of(extension().load(split), split))
          .as("rows of %s in split %s for who scores that split alone", name(), split)
          .isEqualTo(of(all, split));
    }
  }

  @Test
  void keepsItsSizesUnderAnotherSeed() throws IOException {
    Map<Split, List<Row>> one = extension(SEED).load();
    Map<Split, List<Row>> other = extension(SEED + 1).load();
    for (Split split : Split.values()) {
      assertThat(of(other, split))
          .as("rows of %s in split %s with another seed", name(), split)
          .hasSameSizeAs(of(one, split));
    }
  }

  @Test
  void namesOptionsOfItsOwnForSplits() {
    assumeTrue(isInstalled(), "it is in no bundle");
    List<String> own =
        WrittenOptions.keys(host().options(Dataset.class, WrittenOptions.use(configuration())))
            .toList();
    for (Split split : Split.values()) {
      assertThat(extension().option(split).stream())
          .as("the option of %s that names the rows of split %s", name(), split)
          .isSubsetOf(own);
    }
  }

  @Test
  void holdsPlainValues() throws IOException {
    assertThat(all(extension().load()).stream().flatMap(row -> row.fields().values().stream()))
        .as("values of %s: strings, numbers, booleans, lists, maps and nulls", name())
        .allMatch(DatasetSuite::isPlain);
  }

  private static boolean isPlain(Object value) {
    if (value instanceof Collection<?> values) {
      return values.stream().allMatch(DatasetSuite::isPlain);
    }
    if (value instanceof Map<?, ?> values) {
      return values.values().stream().allMatch(DatasetSuite::isPlain);
    }
    return value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean;
  }

  private static List<Row> of(Map<Split, List<Row>> rows, Split split) {
    return rows.getOrDefault(split, List.of());
  }

  private static List<Row> all(Map<Split, List<Row>> rows) {
    return rows.values().stream().flatMap(List::stream).toList();
  }
}
