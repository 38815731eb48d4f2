package io.flexora.metric.answer;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The share of generated texts that are the target's text, or a right choice where the example has
 * no target. Space around a text does not count.
 */
@Doc("Measure the share of generated texts that are the target, or else the right choice.")
final class ExactMatchMetric implements Metric {

  private static final MetricDescription EXACT_MATCH =
      MetricDescription.fraction("exact_match", Need.TEXT).withSymbol("EM");
  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");

  private final ExactMatchOptions options;
  private final Optional<Pattern> pattern;

  @Inject
  ExactMatchMetric(ExactMatchOptions options) {
    this.options = options;
    this.pattern = options.pattern().map(ExactMatchMetric::compiled);
  }

  private static Pattern compiled(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IncompatibleOptionException(
          "pattern",
          "the pattern of metric 'exact_match' is no regular expression: " + e.getMessage(),
          e);
    }
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(EXACT_MATCH);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(Estimates.mean(EXACT_MATCH, scored.values(e -> matches(e) ? 1 : 0)));
  }

  private boolean matches(ScoredExample scored) {
    Optional<String> answer = answer(scored.prediction().text().orElseThrow());
    return answer.isPresent()
        && references(scored.example())
            .map(reference -> answer(reference).orElseGet(() -> normalised(reference)))
            .anyMatch(answer.get()::equals);
  }

  private static Stream<String> references(Example example) {
    if (example.target().isEmpty()) {
      return IntStream.range(0, example.choices().size())
          .filter(example::isRight)
          .mapToObj(example.choices()::get);
    }
    Target target = example.target().get();
    return Stream.of(
        target instanceof Target.Text text
            ? text.value()
            : written(((Target.Numeric) target).value()));
  }

  /** A whole number without its decimals. */
  private static String written(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }

  /** The answer in a text; empty if the pattern finds none. */
  private Optional<String> answer(String text) {
    if (pattern.isEmpty()) {
      return Optional.of(normalised(text));
    }
    Matcher matcher = pattern.get().matcher(text);
    String last = null;
    while (matcher.find()) {
      last = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    }
    return Optional.ofNullable(last).map(this::normalised);
  }

  private String normalised(String text) {
    String known = options.ignorePunctuation() ? PUNCTUATION.matcher(text).replaceAll("") : text;
    return (options.ignoreCase() ? known.toLowerCase(Locale.ROOT) : known).strip();
  }
}
