package io.flexora.metric.answer;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.metric.answer.AbsoluteErrorOptions.PointEstimate;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The mean distance of the model's number from the target's. */
@Doc("Measure the mean absolute error of a number, from the choices' probabilities or the text.")
final class AbsoluteErrorMetric implements Metric {

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?|\\.\\d+)(?:[eE][-+]?\\d+)?");

  private final AbsoluteErrorOptions options;
  private final MetricDescription description;

  @Inject
  AbsoluteErrorMetric(AbsoluteErrorOptions options) {
    this.options = options;
    this.description =
        MetricDescription.error(
                "mean_absolute_error",
                Need.TARGET,
                options.answer() == PointEstimate.TEXT ? Need.TEXT : Need.SCORES)
            .withSymbol("MAE");
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(description);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    task.examples().stream().takeWhile(example -> found.fits()).forEach(e -> check(e, found));
  }

  private void check(Example example, Compatibility found) {
    if (target(example).isEmpty()) {
      found.refuse(
          "the target of example %s is no number: %s"
              .formatted(example.id(), example.target().orElseThrow()));
    }
    Stream<String> read =
        options.answer() == PointEstimate.TEXT ? Stream.of() : example.choices().stream();
    read.filter(choice -> number(choice).isEmpty())
        .findFirst()
        .ifPresent(
            choice ->
                found.refuse(
                    "it takes the mean of the choices, but '%s' of example %s is no number"
                        .formatted(choice, example.id())));
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(
        Estimates.mean(
            description,
            scored.values(e -> Math.abs(answer(e) - target(e.example()).orElseThrow()))));
  }

  private double answer(ScoredExample scored) {
    if (options.answer() == PointEstimate.TEXT) {
      return lastNumber(scored.prediction().text().orElseThrow()).orElse(options.withoutNumber());
    }
    double[] probabilities = scored.probabilities();
    double mean = 0;
    for (int choice = 0; choice < probabilities.length; choice++) {
      mean += probabilities[choice] * number(scored.example().choices().get(choice)).orElseThrow();
    }
    return mean;
  }

  private static OptionalDouble target(Example example) {
    Target target = example.target().orElseThrow();
    return target instanceof Target.Numeric numeric
        ? OptionalDouble.of(numeric.value())
        : number(((Target.Text) target).value());
  }

  private static OptionalDouble lastNumber(String text) {
    OptionalDouble last = OptionalDouble.empty();
    Matcher matcher = NUMBER.matcher(text);
    while (matcher.find()) {
      OptionalDouble found = number(matcher.group());
      last = found.isPresent() ? found : last;
    }
    return last;
  }

  private static OptionalDouble number(String text) {
    try {
      double number = Double.parseDouble(text.strip().replace(",", ""));
      return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
