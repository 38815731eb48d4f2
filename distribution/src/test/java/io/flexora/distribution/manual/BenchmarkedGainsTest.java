package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.flexora.distribution.tiny.Program;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.results.benchmark.BenchmarkedGain;
import io.flexora.results.benchmark.BenchmarkedGain.ReferenceLayers;
import io.flexora.results.benchmark.BenchmarkedResult;
import io.flexora.results.benchmark.BenchmarkedSetting;
import io.flexora.results.benchmark.BenchmarkedSetting.ModelKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What selectors say was measured of them is what the tables of the manual say. */
class BenchmarkedGainsTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String SOURCE = "manual page ";
  private static final String ENCODER = "study-encoder";
  private static final String DECODER = "study-decoder";
  private static final String TUNED = "study-tuned";

  /** Half the last digit of a number with one or two digits, and of accuracies with three. */
  private static final double ONE_DIGIT = 0.05;

  private static final double TWO_DIGITS = 0.005;
  private static final double THREE_DIGITS_OF_ACCURACY = 0.05;

  /** What rounding adds to the mean of four accuracies with four digits, in points, and a bit. */
  private static final double FOUR_DIGITS_OF_ACCURACY = 0.011;

  private static final double EXACT = 1e-9;

  /** Joins the two strategies of a difference. */
  private static final String AGAINST = " against ";

  /** Student's t with 19 degrees of freedom, of which 2.5 % lie above. */
  private static final double T = 2.093024;

  private static final int SEEDS = 20;
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+\\.[0-9]+");
  private static final Pattern SEED = Pattern.compile("[0-9]+");
  private static final Pattern OWN_RATE =
      Pattern.compile(
          "all twelve reach ([0-9.]+) on nouns, ([0-9.]+) on verbs, ([0-9.]+) on all senses and"
              + " ([0-9.]+) on SST-2");

  /** The tasks of the study by the classes of those that had the fewest and the most. */
  private static final Map<String, List<Integer>> TASKS =
      Map.of("2-26", List.of(0, 1, 3), "45-45", List.of(2), "2-45", List.of(0, 1, 2, 3));

  /** What a selector has to say of itself where its configuration does. */
  private static final Set<String> DECISIVE =
      Set.of("solver", "gate_layout", "selection", "position");

  @TempDir static Path folder;
  private static final List<Entry> ALL = new ArrayList<>();

  /**
   * A gain.
   *
   * @param strategy what the manual calls the selector with its options
   * @param options what the selector says of these
   * @param setting where it was measured
   * @param gain what the selector says
   */
  private record Entry(
      String strategy,
      Map<String, String> options,
      BenchmarkedSetting setting,
      BenchmarkedGain gain) {

    String page() {
      return setting.source().replaceFirst("^" + SOURCE, "");
    }

    /** The difference, and the ends of its interval if it has one. */
    List<Double> numbers() {
      List<Double> numbers = new ArrayList<>(List.of(gain.points()));
      gain.interval()
          .ifPresent(interval -> numbers.addAll(List.of(interval.low(), interval.high())));
      return numbers;
    }

    @Override
    public String toString() {
      return "%s to %s, %s, %s".formatted(strategy, gain.to(), setting.words(), gain.signed());
    }
  }

  @BeforeAll
  static void ask() {
    try (FlexoraHost host =
        FlexoraHost.builder()
            .home(Program.HOME)
            .cache(folder)
            .pollInterval(Duration.ZERO)
            .start()) {
      for (InstalledExtension each : host.catalog().extensions()) {
        for (BenchmarkedResult measured : BenchmarkedResult.of(each.extension())) {
          String strategy = strategy(each.extension().name(), measured);
          for (BenchmarkedGain gain : measured.gains()) {
            ALL.add(new Entry(strategy, measured.options(), measured.setting(), gain));
          }
        }
      }
    }
  }

  private static String strategy(String selector, BenchmarkedResult measured) {
    if (selector.equals("none")) {
      return measured.setting().model() == ModelKind.DECODER ? "base" : "frozen";
    }
    if ("layer-module".equals(measured.options().get("gate_layout"))) {
      return "layer-module";
    }
    return "first-order".equals(measured.options().get("solver")) ? "first-order" : selector;
  }

  private static List<Entry> of(String page) {
    List<Entry> entries = ALL.stream().filter(entry -> entry.page().equals(page)).toList();
    assertThat(entries).as(page).isNotEmpty();
    return entries;
  }

  @Test
  void everyGainIsOfAPageThatIsReadHere() {
    assertThat(ALL.stream().map(entry -> entry.setting().source()).distinct())
        .containsExactlyInAnyOrder(
            SOURCE + ENCODER,
            SOURCE + DECODER,
            SOURCE + TUNED,
            SOURCE + "quickstart-seeds",
            SOURCE + "search-cost",
            SOURCE + "compare-quickstart",
            SOURCE + "compare-smollm2-piqa");
  }

  @Test
  void theOptionsAreThoseOfTheConfigurationsThatRan() throws IOException {
    for (Entry entry : ALL) {
      JsonNode strategy = configured(entry);
      Set<String> options = new TreeSet<>(DECISIVE);
      options.addAll(entry.options().keySet());
      for (String option : options) {
        JsonNode value = strategy.path(option);
        if (!value.isMissingNode()) {
          assertThat(entry.options())
              .as("%s", entry)
              .containsEntry(option, value.path("use").asText(value.asText()));
        }
      }
    }
  }

  /** How a strategy was written; missing if it has no options. */
  private static JsonNode configured(Entry entry) throws IOException {
    String file =
        switch (entry.page()) {
          case ENCODER -> entry.setting().passes() > 1 ? "study-few" : "study-enough";
          case TUNED -> entry.setting().passes() > 1 ? "study-tuned-few" : "study-tuned-enough";
          case "quickstart-seeds" -> "quickstart";
          // Its long search is that of the comparison.
          case "search-cost" -> "compare-quickstart";
          default -> entry.page();
        };
    JsonNode root = YAML.readTree(Program.HOME.resolve("config/" + file + ".yaml").toFile());
    String strategy = entry.strategy();
    return strategy.equals(root.at("/selector/use").asText())
        ? root.get("selector")
        : root.path("strategies").path(strategy);
  }

  @Test
  void theStudysAreThoseOfItsTables() {
    String text = text(ENCODER);
    for (Map.Entry<String, String> section :
        Map.of(
                "3 of 1280", "With enough data",
                "6 of 1280", "With half of the layers",
                "3 of 256", "With little data")
            .entrySet()) {
      Map<String, List<String>> table = table(ENCODER, section.getValue());
      List<Entry> entries =
          of(ENCODER).stream()
              .filter(
                  entry ->
                      section
                          .getKey()
                          .equals(entry.setting().budget() + " of " + entry.setting().rows()))
              .toList();
      assertThat(entries.stream().map(Entry::strategy).distinct())
          .as(section.getValue())
          .containsExactlyInAnyOrderElementsOf(table.keySet());
      for (Entry entry : entries) {
        List<String> row = table.get(entry.strategy());
        if (entry.gain().to() == ReferenceLayers.RANDOM) {
          assertThat(entry.numbers()).as("%s", entry).isEqualTo(numbers(row.get(5)));
        } else {
          boolean tuned = entry.gain().to() == ReferenceLayers.TUNED_ALL;
          double[] all =
              tuned
                  ? ownRate(section(ENCODER, section.getValue()))
                  : accuracies(table.get("all"), 4);
          assertThat(entry.gain().points())
              .as("%s", entry)
              .isCloseTo(
                  difference(entry.gain(), accuracies(row, 4), all),
                  within(
                      ONE_DIGIT
                          + FOUR_DIGITS_OF_ACCURACY
                          + (tuned ? THREE_DIGITS_OF_ACCURACY : 0)));
          entry.gain().interval().ifPresent(interval -> requireSaid(interval, text, entry));
        }
      }
    }
  }

  /** Its table has three tasks and no seconds. */
  @Test
  void theStudysOfTheDecoderAreThoseOfItsTable() {
    String text = text(DECODER);
    Map<String, List<String>> table = table(DECODER, "What came out");
    List<Entry> entries = of(DECODER);
    assertThat(entries.stream().map(Entry::strategy).distinct())
        .containsExactlyInAnyOrderElementsOf(table.keySet());
    for (Entry entry : entries) {
      List<String> row = table.get(entry.strategy());
      assertThat(entry.gain().tasks()).isEqualTo(3);
      if (entry.gain().to() == ReferenceLayers.RANDOM) {
        assertThat(entry.numbers()).as("%s", entry).isEqualTo(numbers(row.get(4)));
      } else {
        double[] own = accuracies(row, 3);
        double[] all = accuracies(table.get("all"), 3);
        assertThat(entry.gain().points())
            .as("%s", entry)
            .isCloseTo(
                100
                    * IntStream.range(0, 3)
                        .mapToDouble(i -> own[i] - all[i])
                        .average()
                        .orElseThrow(),
                within(ONE_DIGIT + 2 * THREE_DIGITS_OF_ACCURACY));
        entry.gain().interval().ifPresent(interval -> requireSaid(interval, text, entry));
      }
    }
  }

  /** A second table has the differences from all layers, with their intervals. */
  @ParameterizedTest
  @CsvSource({"1280, With enough data", "256, With little data"})
  void thoseTunedAlikeAreThoseOfTheirTables(long rows, String title) {
    Map<String, List<String>> table = table(TUNED, title);
    Map<String, List<String>> differences = rows(TUNED, title);
    List<Entry> entries = of(TUNED).stream().filter(e -> e.setting().rows() == rows).toList();
    assertThat(entries.stream().map(Entry::strategy).distinct())
        .containsExactlyInAnyOrderElementsOf(table.keySet());
    for (Entry entry : entries) {
      List<String> row = table.get(entry.strategy());
      if (entry.gain().to() == ReferenceLayers.RANDOM) {
        assertThat(entry.numbers()).as("%s", entry).isEqualTo(numbers(row.get(5)));
        continue;
      }
      assertThat(entry.gain().to()).isEqualTo(ReferenceLayers.TUNED_ALL);
      if (entry.gain().interval().isPresent()) {
        List<String> told = differences.get(entry.strategy() + AGAINST + "all");
        assertThat(entry.numbers())
            .as("%s", entry)
            .isEqualTo(numbers(told.get(entry.gain().tasks() == 4 ? 5 : 3)));
      } else {
        assertThat(entry.gain().points())
            .as("%s", entry)
            .isCloseTo(
                difference(entry.gain(), accuracies(row, 4), accuracies(table.get("all"), 4)),
                within(ONE_DIGIT + FOUR_DIGITS_OF_ACCURACY));
      }
    }
  }

  private static double[] ownRate(String text) {
    Matcher said = OWN_RATE.matcher(text.replaceAll("\\s+", " "));
    assertThat(said.find()).isTrue();
    return IntStream.rangeClosed(1, 4)
        .mapToDouble(task -> Double.parseDouble(said.group(task)))
        .toArray();
  }

  private static String text(String page) {
    return MarkdownPage.of(page).text().replaceAll("\\s+", " ");
  }

  private static String section(String page, String title) {
    String text = MarkdownPage.of(page).text();
    int from = text.indexOf("\n## " + title + "\n");
    int to = text.indexOf("\n## ", from + 1);
    return text.substring(from, to < 0 ? text.length() : to);
  }

  /** The rows of strategies in a section, by their names. */
  private static Map<String, List<String>> table(String page, String title) {
    Map<String, List<String>> table = rows(page, title);
    table.keySet().removeIf(name -> name.contains(AGAINST));
    assertThat(table).as(title).hasSizeGreaterThan(page.equals(TUNED) ? 4 : 8);
    return table;
  }

  private static Map<String, List<String>> rows(String page, String title) {
    return byName(new MarkdownPage(title, section(page, title)));
  }

  /** The rows of a page by their strategies; those that chose alike share one. */
  private static Map<String, List<String>> byName(MarkdownPage page) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (List<String> row : page.rows()) {
      for (String name : row.get(0).split(", ", -1)) {
        rows.put(name, row);
      }
    }
    return rows;
  }

  private static double[] accuracies(List<String> row, int tasks) {
    return row.subList(1, 1 + tasks).stream().mapToDouble(cell -> numbers(cell).get(0)).toArray();
  }

  private static double difference(BenchmarkedGain gain, double[] accuracies, double[] all) {
    List<Integer> tasks = TASKS.get(gain.fewestClasses() + "-" + gain.mostClasses());
    assertThat(gain.tasks()).isEqualTo(tasks.size());
    return 100 * tasks.stream().mapToDouble(i -> accuracies[i] - all[i]).average().orElseThrow();
  }

  /** The text says how much better all layers are, or how much better the strategy is. */
  private static void requireSaid(BenchmarkedGain.Interval interval, String text, Entry entry) {
    String worse = "(" + ends(-interval.high(), -interval.low()) + ")";
    String better = "(" + ends(interval.low(), interval.high()) + ")";
    assertThat(text.contains(worse) || text.contains(better))
        .as("%s: %s or %s", entry, worse, better)
        .isTrue();
  }

  private static String ends(double low, double high) {
    return String.format(Locale.ROOT, low < 0 ? "%+.1f to %+.1f" : "%.1f to %.1f", low, high);
  }

  private static List<Double> numbers(String cell) {
    return NUMBER
        .matcher(cell)
        .results()
        .map(found -> Double.parseDouble(found.group()))
        .collect(Collectors.toList());
  }

  @Test
  void thoseOfTwentySeedsAreTheMeansOfTheirDifferences() {
    Map<String, List<String>> seeds = new LinkedHashMap<>();
    MarkdownPage.of("quickstart-seeds").rows().stream()
        .filter(row -> SEED.matcher(row.get(0)).matches())
        .forEach(row -> seeds.put(row.get(0), row));
    assertThat(seeds).hasSize(SEEDS);
    Map<String, Integer> columns = Map.of("flexora", 1, "random", 3, "all", 4, "frozen", 5);
    assertThat(of("quickstart-seeds").stream().map(Entry::strategy).distinct())
        .containsExactlyInAnyOrderElementsOf(columns.keySet());
    for (Entry entry : of("quickstart-seeds")) {
      int column = columns.get(entry.strategy());
      requireMean(
          entry,
          seeds.values().stream()
              .mapToDouble(row -> percent(row.get(column)) - reference(entry, row))
              .toArray());
    }

    for (Entry entry : of("search-cost")) {
      requireMean(
          entry,
          seeds.values().stream()
              .mapToDouble(row -> percent(row.get(2)) - reference(entry, row))
              .toArray());
    }
  }

  private static double percent(String accuracy) {
    return 100 * Double.parseDouble(accuracy);
  }

  private static double reference(Entry entry, List<String> row) {
    assertThat(entry.gain().to()).isNotEqualTo(ReferenceLayers.TUNED_ALL);
    return percent(row.get(entry.gain().to() == ReferenceLayers.RANDOM ? 3 : 4));
  }

  private static void requireMean(Entry entry, double[] differences) {
    double mean =
        IntStream.range(0, SEEDS).mapToDouble(i -> differences[i]).average().orElseThrow();
    double squares =
        IntStream.range(0, SEEDS).mapToDouble(i -> Math.pow(differences[i] - mean, 2)).sum();
    double half = T * Math.sqrt(squares / (SEEDS - 1) / SEEDS);
    requireNumbers(entry, List.of(mean, mean - half, mean + half), TWO_DIGITS);
  }

  private static void requireNumbers(Entry entry, List<Double> expected, double error) {
    assertThat(entry.numbers()).as("%s", entry).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(entry.numbers().get(i))
          .as("%s", entry)
          .isCloseTo(expected.get(i), within(error + EXACT));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"compare-quickstart", "compare-smollm2-piqa"})
  void thoseOfAComparisonAreThoseOfItsTable(String page) {
    int accuracy = 2;
    int difference = 3;
    Map<String, List<String>> table = byName(MarkdownPage.of(page));
    assertThat(of(page).stream().map(Entry::strategy).distinct())
        .containsExactlyInAnyOrderElementsOf(table.keySet());
    for (Entry entry : of(page)) {
      List<String> row = table.get(entry.strategy());
      if (entry.gain().to() == ReferenceLayers.RANDOM) {
        requireNumbers(entry, scaled(numbers(row.get(difference)), x -> 100 * x), 0);
      } else if (entry.strategy().equals("random")) {
        List<Double> ofAll = scaled(numbers(table.get("all").get(difference)), x -> -100 * x);
        requireNumbers(entry, List.of(ofAll.get(0), ofAll.get(2), ofAll.get(1)), 0);
      } else {
        double all = numbers(table.get("all").get(accuracy)).get(0);
        requireNumbers(entry, List.of(100 * (numbers(row.get(accuracy)).get(0) - all)), 0);
      }
    }
  }

  private static List<Double> scaled(List<Double> numbers, DoubleUnaryOperator scale) {
    return numbers.stream().map(scale::applyAsDouble).toList();
  }
}
