package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.results.report.ComparisonReport;
import io.flexora.testkit.recorded.RecordedComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Checks a report of comparisons on comparisons that are whole, that lack what comparisons may
 * lack, and whose names are hostile.
 *
 * @since 0.1
 */
public abstract class ComparisonReportSuite extends WrittenSuite<ComparisonReport> {

  /** Names that mean something in LaTeX or in a table of separated values. */
  private static final String[] NAMES = {
    "all", "\\write18{rm -rf x}", "50% & $x_1$ #~^{", "two\r\nlines, \"quoted\"", HOSTILE
  };

  private static final Pattern SCRIPT = Pattern.compile("(?s)<script.*?</script>");
  private static final Pattern UNKNOWN = Pattern.compile("\\b(?:NaN|null|Infinity)\\b");

  /** For subclasses. */
  protected ComparisonReportSuite() {
    super(ComparisonReport.class);
  }

  @Override
  final Path write(Path target, String name) throws IOException {
    return extension().write(RecordedComparison.named(name).in(target));
  }

  @Override
  final Path writeOfLittle(Path target, String name) throws IOException {
    return extension().write(RecordedComparison.empty(target, name));
  }

  @TestFactory
  Stream<DynamicTest> namesEveryStrategyAndNoFigureThatIsUnknown() {
    RecordedComparison whole = RecordedComparison.named("plum");
    return Stream.of(
        shows("a whole comparison", whole),
        shows("a failed cell", whole.failing("plum.2", "out of memory")),
        shows("a missing cell", whole.lacking("random.1")),
        shows("a strategy that failed throughout", failed(whole)),
        shows("a baseline that failed throughout", withoutBaseline(whole)),
        shows("one seed", whole.sized(1, 4, 20)),
        shows("one layer", whole.sized(3, 1, 20)),
        shows("no steps", whole.sized(3, 4, 0)),
        shows("one strategy", whole.strategies("plum")),
        shows("two tasks", whole.tasks("sense", "piqa")));
  }

  private DynamicTest shows(String what, RecordedComparison comparison) {
    return DynamicTest.dynamicTest(
        what,
        () -> {
          Path file = extension().write(comparison.in(target(what)));
          String text = SCRIPT.matcher(text(file)).replaceAll("");
          assertThat(text)
              .as("strategies in %s of %s", name(), what)
              .contains(comparison.strategies());
          assertThat(UNKNOWN.matcher(text).results().map(match -> match.group()))
              .as("figures that %s shows though they are unknown, of %s", name(), what)
              .isEmpty();
        });
  }

  private static RecordedComparison failed(RecordedComparison whole) {
    return whole.failing("plum.1", "a").failing("plum.2", "b").failing("plum.3", "c");
  }

  private static RecordedComparison withoutBaseline(RecordedComparison whole) {
    return whole.failing("all.1", "a").failing("all.2", "b").lacking("all.3");
  }

  @Test
  void keepsNamesTexts() throws IOException {
    Path file =
        extension().write(RecordedComparison.named("odd").strategies(NAMES).in(target("names")));
    String text = text(file);
    if (file.toString().endsWith(".tex")) {
      assertThat(text)
          .as("LaTeX that %s makes of names", name())
          .doesNotContain("\\write18", "50% ", " & $x", "x_1", "#~", "~^", "<script");
    } else if (file.toString().endsWith(".csv")) {
      List<List<String>> rows = SeparatedValuesReader.parse(text);
      assertThat(rows).as("rows of %s", name()).allMatch(row -> row.size() == rows.get(0).size());
      assertThat(rows.stream().flatMap(List::stream))
          .as("fields of %s, read as RFC 4180 says", name())
          .contains(NAMES);
    } else {
      assertThat(text)
          .as("what %s makes of names", name())
          .doesNotContain("<script>alert(", "<img src=x");
    }
  }
}
