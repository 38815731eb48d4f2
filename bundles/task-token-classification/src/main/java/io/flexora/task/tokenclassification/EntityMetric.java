package io.flexora.task.tokenclassification;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.score.Estimates;
import io.flexora.task.tokenclassification.Entity.Mode;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * F1, precision and recall of entities, whose type and both ends have to be right: over all
 * entities together, and the mean of the F1 of each type among the right or the given ones. What
 * divides by nothing is 0. The numbers are seqeval's.
 */
@Doc(
    "Measure the F1, precision and recall of entities as seqeval does, and the mean F1 of their"
        + " types.")
final class EntityMetric implements Metric {

  /** The options of {@link EntityMetric}. */
  public record Options(
      @Option(
              doc =
                  "Reading of an I- tag that continues no entity of its type: 'default' begins one, as"
                      + " conlleval and seqeval do; 'strict' ignores it, as seqeval's strict IOB2.",
              byDefault = "default")
          Mode mode) {}

  /**
   * The entities of an example.
   *
   * @param given those of the prediction
   * @param expected the right ones
   */
  private record Found(Set<Entity> given, Set<Entity> expected) {

    Found ofType(String type) {
      return new Found(only(given, type), only(expected, type));
    }

    private static Set<Entity> only(Set<Entity> all, String type) {
      return all.stream().filter(e -> e.type().equals(type)).collect(Collectors.toSet());
    }

    double right() {
      return given.stream().filter(expected::contains).count();
    }

    double either() {
      return given.size() + expected.size();
    }
  }

  private final Mode mode;
  private final List<MetricDescription> descriptions;

  @Inject
  EntityMetric(Options options) {
    mode = options.mode();
    boolean strict = mode == Mode.STRICT;
    descriptions =
        List.of(
            described(strict, "entity_f1", "F1"),
            described(strict, "entity_precision", "P"),
            described(strict, "entity_recall", "R"),
            described(strict, "entity_macro_f1", "mF1"));
  }

  private static MetricDescription described(boolean strict, String name, String symbol) {
    return MetricDescription.fraction((strict ? "strict_" : "") + name, Need.TAGS, Need.TARGET)
        .withSymbol((strict ? "s" : "") + symbol)
        .asAggregate();
  }

  @Override
  public List<MetricDescription> descriptions() {
    return descriptions;
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    List<Found> found =
        scored.examples().stream()
            .map(example -> example.prediction().as(Answer.Tags.class))
            .map(
                tags ->
                    new Found(Entity.of(tags.predicted(), mode), Entity.of(tags.expected(), mode)))
            .toList();
    double[] right = found.stream().mapToDouble(Found::right).toArray();
    double[] twice = Arrays.stream(right).map(r -> 2 * r).toArray();
    return List.of(
        ratio(0, twice, found.stream().mapToDouble(Found::either).toArray()),
        ratio(1, right, found.stream().mapToDouble(f -> f.given().size()).toArray()),
        ratio(2, right, found.stream().mapToDouble(f -> f.expected().size()).toArray()),
        macro(found));
  }

  private Metric.Result ratio(int figure, double[] part, double[] whole) {
    return Arrays.stream(whole).sum() == 0
        ? Estimates.ofInfluence(descriptions.get(figure), 0, new double[part.length])
        : Estimates.ratio(descriptions.get(figure), part, whole);
  }

  private Metric.Result macro(List<Found> found) {
    Set<String> types = new TreeSet<>();
    for (Found one : found) {
      one.given().forEach(entity -> types.add(entity.type()));
      one.expected().forEach(entity -> types.add(entity.type()));
    }
    double value = 0;
    double[] influence = new double[found.size()];
    for (String type : types) {
      List<Found> of = found.stream().map(f -> f.ofType(type)).toList();
      double all = of.stream().mapToDouble(Found::either).sum();
      double f1 = of.stream().mapToDouble(f -> 2 * f.right()).sum() / all;
      value += f1 / types.size();
      for (int i = 0; i < influence.length; i++) {
        influence[i] +=
            influence.length
                * (2 * of.get(i).right() - f1 * of.get(i).either())
                / all
                / types.size();
      }
    }
    return Estimates.ofInfluence(descriptions.get(3), value, influence);
  }
}
