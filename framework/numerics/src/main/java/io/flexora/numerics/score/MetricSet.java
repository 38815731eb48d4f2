package io.flexora.numerics.score;

import io.flexora.api.ability.TextGenerator;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Compatibility.Incompatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The metrics of an evaluator: which of them fit a task, and what they make of scored examples.
 *
 * @since 0.1
 */
public final class MetricSet {

  private static final String METRICS = "metrics";
  private static final String DECIDING = "deciding";

  /** A metric of the configuration. */
  private record Chosen(String use, Metric metric) {

    static Chosen of(Component<Metric> component) {
      return new Chosen(component.name(), component.get());
    }

    List<String> names() {
      return metric.descriptions().stream().map(MetricDescription::name).toList();
    }

    boolean needs(Need need) {
      return metric.descriptions().stream().anyMatch(d -> d.needs().contains(need));
    }
  }

  private final List<Component<Metric>> metrics;
  private final List<Component<Metric>> optional;
  private final Optional<String> deciding;

  /**
   * A set of metrics.
   *
   * @param metrics those that have to fit; at least one
   * @param optional further ones, which are left out where they do not fit
   * @param deciding the name of the figure that decides between models; the first by default
   */
  public MetricSet(
      List<Component<Metric>> metrics,
      List<Component<Metric>> optional,
      Optional<String> deciding) {
    this.metrics = List.copyOf(metrics);
    this.optional = List.copyOf(optional);
    this.deciding = deciding;
  }

  /**
   * Notes each metric that does not fit a task; else that there is none, two give figures of the
   * same name, none gives the deciding one, or that cannot decide.
   */
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    for (Component<Metric> metric : metrics) {
      Compatibility.of(fits -> check(metric.get(), task, fits)).found().stream()
          .findFirst()
          .map(why -> unfit(metric.name(), why))
          .ifPresent(why -> found.refuse(why.option(), why.message()));
    }
    if (found.fits()) {
      found.check(() -> deciding(fitting(task)));
    }
  }

  private static Incompatibility unfit(String metric, Incompatibility why) {
    return new Incompatibility(
        why.option().isEmpty() ? METRICS : why.option(),
        "metric '%s' does not fit the task: %s".formatted(metric, why.message()));
  }

  /**
   * The figure that decides between models on a task.
   *
   * @throws FlexoraException if {@link #checkCompatibility} finds something
   */
  public MetricDescription decidingOn(EvaluatedTask task) {
    List<Chosen> fitting = fitting(task);
    String decides = deciding(fitting);
    return fitting.stream()
        .flatMap(chosen -> chosen.metric().descriptions().stream())
        .filter(description -> description.name().equals(decides))
        .findFirst()
        .orElseThrow();
  }

  /** Whether one of the metrics that fit a task needs text that the model generates. */
  public boolean generates(EvaluatedTask task) {
    return generates(fitting(task));
  }

  private static boolean generates(List<Chosen> fitting) {
    return fitting.stream().anyMatch(chosen -> chosen.needs(Need.TEXT));
  }

  /**
   * Scores the examples of a context and measures them.
   *
   * @throws FlexoraException if a metric does not fit, or breaks its contract
   */
  public Evaluation evaluate(EvaluationContext context, Scorer scorer) {
    requireReference(context);
    List<Chosen> fitting = fitting(task(context));
    String decides = deciding(fitting);
    ScoredExamples scored = scorer.score(context, generates(fitting));
    Map<String, MetricValue> values = new LinkedHashMap<>();
    Map<String, List<Double>> ofExamples = new LinkedHashMap<>();
    for (Chosen chosen : fitting) {
      for (Metric.Result result : results(chosen, scored)) {
        values.put(result.value().name(), result.value());
        if (!result.examples().isEmpty()) {
          ofExamples.put(result.value().name(), result.examples());
        }
      }
    }
    return new Evaluation(values, decides, predictions(scored, ofExamples));
  }

  /** A task without a reference was refused before, so the evaluator has lost it on the way. */
  private void requireReference(EvaluationContext context) {
    if (context.reference().isEmpty()) {
      metrics.stream()
          .map(Chosen::of)
          .filter(chosen -> chosen.needs(Need.REFERENCE))
          .findFirst()
          .ifPresent(
              chosen -> {
                throw new FlexoraException(
                    ("metric '%s' is given nothing that the model said of its own test examples;"
                            + " the evaluator has to pass on the 'reference' of its context")
                        .formatted(chosen.use()));
              });
    }
  }

  private static EvaluatedTask task(EvaluationContext context) {
    List<Tokens> examples = context.examples();
    boolean reads = !examples.isEmpty() && examples.get(0).choices().isEmpty();
    List<Example> own = context.reference().stream().map(ScoredExample::example).toList();
    return new EvaluatedTask(
        examples.stream().map(Tokens::example).toList(),
        reads ? head(context.model().plan().head(), examples.get(0).example()) : Head.NONE,
        !reads && context.model().ability(TextGenerator.class).isPresent(),
        Optional.of(own).filter(some -> !some.isEmpty()));
  }

  /** The head with the names of the classes, which the examples have. */
  private static Head head(Head head, Example example) {
    return head.classes().isEmpty() ? head : Head.classes(example.choices());
  }

  private List<Chosen> fitting(EvaluatedTask task) {
    if (metrics.isEmpty()) {
      throw new IncompatibleOptionException(
          METRICS, "there is no metric to measure; name at least one in 'metrics'");
    }
    List<Chosen> fitting = new ArrayList<>();
    Map<String, String> taken = new HashMap<>();
    for (Component<Metric> component : metrics) {
      Chosen chosen = Chosen.of(component);
      Compatibility.of(found -> check(chosen.metric(), task, found)).found().stream()
          .findFirst()
          .map(why -> unfit(chosen.use(), why))
          .ifPresent(
              why -> {
                throw new IncompatibleOptionException(why.option(), why.message());
              });
      for (String name : chosen.names()) {
        String other = taken.putIfAbsent(name, chosen.use());
        if (other != null) {
          throw new IncompatibleOptionException(
              METRICS,
              "metrics '%s' and '%s' both measure '%s'; leave one out"
                  .formatted(other, chosen.use(), name));
        }
      }
      fitting.add(chosen);
    }
    for (Component<Metric> component : optional) {
      Chosen chosen = Chosen.of(component);
      if (chosen.names().stream().noneMatch(taken::containsKey)
          && Compatibility.of(found -> check(chosen.metric(), task, found)).fits()) {
        chosen.names().forEach(name -> taken.put(name, chosen.use()));
        fitting.add(chosen);
      }
    }
    return fitting;
  }

  /** The needs of its descriptions come first, as the metric may rely on them. */
  private static void check(Metric metric, EvaluatedTask task, Compatibility found) {
    for (MetricDescription description : metric.descriptions()) {
      description.needs().stream().sorted().forEach(need -> check(need, task, found));
    }
    if (found.fits()) {
      metric.checkCompatibility(task, found);
    }
  }

  private static void check(Need need, EvaluatedTask task, Compatibility found) {
    if (!answers(task.head(), need)) {
      found.refuse(
          "it needs %s, which the head '%s' of the task does not give"
              .formatted(need.words(), task.head().kind()));
    } else if (need == Need.TEXT && !task.generates()) {
      found.refuse("it needs generated text, but the model cannot generate any");
    } else if (need == Need.REFERENCE && !task.hasReference()) {
      found.refuse(
          "it compares a further test set with the model's own test examples, and these are its"
              + " own; name it in the evaluator of a test set under 'test_sets'");
    } else if (need == Need.TARGET) {
      task.examples().stream()
          .filter(example -> example.target().isEmpty())
          .findFirst()
          .ifPresent(
              without ->
                  found.refuse(
                      ("it needs a number or text as the target of each example, but example %s"
                              + " has none; let the task set it")
                          .formatted(without.id())));
    }
  }

  private static boolean answers(Head head, Need need) {
    return switch (need) {
      case SCORES, LABEL -> head.answers() == Answer.Choice.class;
      case NUMBER -> head.answers() == Answer.Numeric.class;
      case LABELS -> head.answers() == Answer.Labels.class;
      case TAGS -> head.answers() == Answer.Tags.class;
      case VECTORS -> head.answers() == Answer.Vectors.class;
      case TEXT, TARGET, REFERENCE -> true;
    };
  }

  private String deciding(List<Chosen> fitting) {
    List<String> names = fitting.stream().flatMap(chosen -> chosen.names().stream()).toList();
    String decides = deciding.orElseGet(() -> names.get(0));
    Chosen chosen =
        fitting.stream()
            .filter(one -> one.names().contains(decides))
            .findFirst()
            .orElseThrow(
                () ->
                    new IncompatibleOptionException(
                        DECIDING,
                        "the deciding metric '%s' is not measured; measured are %s"
                            .formatted(decides, String.join(", ", names))));
    if (!chosen.metric().canDecide()) {
      throw new IncompatibleOptionException(
          DECIDING,
          ("the deciding metric, '%s', does not say which of two models is the better one; write"
                  + " another one as 'deciding', or first among the metrics")
              .formatted(decides));
    }
    return decides;
  }

  private static List<Metric.Result> results(Chosen chosen, ScoredExamples scored) {
    List<Metric.Result> results = chosen.metric().compute(scored);
    List<MetricDescription> told = results.stream().map(r -> r.value().description()).toList();
    if (!told.equals(chosen.metric().descriptions())) {
      throw new FlexoraException(
          "metric '%s' computed %s, but describes %s"
              .formatted(chosen.use(), told, chosen.metric().descriptions()));
    }
    for (Metric.Result result : results) {
      int numbers = result.examples().size();
      if (numbers != 0 && numbers != scored.size()) {
        throw new FlexoraException(
            "metric '%s' gives %d numbers of '%s' for %d examples"
                .formatted(chosen.use(), numbers, result.value().name(), scored.size()));
      }
    }
    return results;
  }

  private static List<Prediction> predictions(
      ScoredExamples scored, Map<String, List<Double>> ofExamples) {
    return IntStream.range(0, scored.size())
        .mapToObj(
            i -> {
              Map<String, Double> own = new HashMap<>();
              ofExamples.forEach((name, numbers) -> own.put(name, numbers.get(i)));
              ScoredExample example = scored.examples().get(i);
              return example.prediction().withMetrics(own);
            })
        .toList();
  }
}
