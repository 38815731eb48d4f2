package io.flexora.report.html.evidence;

import static java.util.stream.Collectors.groupingBy;

import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The evidence of a run's record.
 *
 * @param record the record
 * @param outcomes the main cell, then the others in the order of the record
 * @param deciding the name of the metric by which cells are compared: what an evaluation has said,
 *     or else the first of the metrics; absent without metrics
 * @param layers how many layers the model has; 0 if nothing tells
 * @param steps the steps of the record by cell and phase
 */
public record Evidence(
    RunRecord record,
    List<Outcome> outcomes,
    Optional<String> deciding,
    int layers,
    Map<String, Map<String, List<RunEvent>>> steps) {

  /** Reads a record. */
  public static Evidence read(RunRecord record) {
    return read(record, steps(record), outcome -> outcome);
  }

  private static Evidence read(
      RunRecord record,
      Map<String, Map<String, List<RunEvent>>> steps,
      UnaryOperator<CellOutcome> of) {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(Outcome.read(RunCell.MAIN, 0, record.result().map(RunResult::main), of));
    record
        .result()
        .map(RunResult::baselines)
        .orElse(Map.of())
        .forEach(
            (name, cell) ->
                outcomes.add(Outcome.read(name, outcomes.size(), Optional.of(cell), of)));
    return new Evidence(
        record, List.copyOf(outcomes), deciding(outcomes), layers(record, outcomes), steps);
  }

  /** What the record says of each further test set, by its name. */
  public Map<String, Evidence> testSets() {
    Map<String, Evidence> testSets = new TreeMap<>();
    // Any cell may have failed, the main one too.
    record.result().stream()
        .flatMap(
            result -> Stream.concat(Stream.of(result.main()), result.baselines().values().stream()))
        .flatMap(cell -> cell.outcome().testSets().keySet().stream())
        .distinct()
        .forEach(name -> testSets.put(name, read(record, steps, of -> of.on(name))));
    return testSets;
  }

  /** The main cell. */
  public Outcome main() {
    return outcomes.get(0);
  }

  /** The cells that the main one is compared with. */
  public List<Outcome> others() {
    return outcomes.subList(1, outcomes.size());
  }

  /** The name of the metric that decides. */
  public Optional<String> decisiveMetric() {
    return deciding;
  }

  /** Whether a lower value of a metric is the better one. */
  public boolean lowerIsBetter(String metric) {
    return outcomes.stream()
        .flatMap(outcome -> Optional.ofNullable(outcome.metrics().get(metric)).stream())
        .anyMatch(measure -> measure.description().lowerIsBetter());
  }

  /** When the run began, by its first event. */
  public Optional<Instant> began() {
    return record.events().stream()
        .map(RunEvent::time)
        .min(Comparator.naturalOrder())
        .or(() -> record.provenance().map(Provenance::started));
  }

  /** From the first event to the last, pauses included. */
  public Optional<Duration> took() {
    return record.events().stream()
        .map(RunEvent::time)
        .max(Comparator.naturalOrder())
        .map(end -> Duration.between(began().orElse(end), end));
  }

  /** A number of a cell over the steps of a phase; empty if it was not recorded. */
  public Curve curve(Outcome outcome, Phase phase, Function<Progress, OptionalDouble> number) {
    List<Curve.Point> points = new ArrayList<>();
    for (RunEvent event : steps(outcome, phase)) {
      number.apply(progress(event)).stream()
          .filter(Double::isFinite)
          .forEach(value -> points.add(new Curve.Point(event.step(), value)));
    }
    return new Curve(points);
  }

  /**
   * What a phase told of each layer over its steps, by name, the most telling first: all lists of
   * real numbers that have one for each layer. Each has a curve for each layer.
   */
  public Map<String, List<Curve>> layerCurves(Outcome outcome, Phase phase) {
    Map<String, List<List<Curve.Point>>> points = new TreeMap<>();
    for (RunEvent event : steps(outcome, phase)) {
      progress(event)
          .figures()
          .forEach(
              (name, figure) -> {
                if (figure instanceof Figure.Reals reals && reals.values().size() == layers) {
                  append(
                      points.computeIfAbsent(name, n -> new ArrayList<>()),
                      event.step(),
                      reals.values());
                }
              });
    }
    Map<String, List<Curve>> curves = new TreeMap<>();
    points.forEach((name, lists) -> curves.put(name, lists.stream().map(Curve::new).toList()));
    return outcome.ordered(curves);
  }

  /** What the run told its user, each sentence once. */
  public List<String> notices() {
    return record.events().stream()
        .map(RunEvent::what)
        .filter(Event.Notice.class::isInstance)
        .map(event -> ((Event.Notice) event).sentence())
        .distinct()
        .toList();
  }

  private List<RunEvent> steps(Outcome outcome, Phase phase) {
    return steps.getOrDefault(outcome.name(), Map.of()).getOrDefault(phase.word(), List.of());
  }

  private static Map<String, Map<String, List<RunEvent>>> steps(RunRecord record) {
    return record.events().stream()
        .filter(event -> event.what() instanceof Event.StepDone)
        .collect(groupingBy(RunEvent::cell, groupingBy(RunEvent::phase)));
  }

  private static Progress progress(RunEvent step) {
    return ((Event.StepDone) step.what()).progress();
  }

  private static void append(List<List<Curve.Point>> points, long step, List<Double> values) {
    while (points.size() < values.size()) {
      points.add(new ArrayList<>());
    }
    for (int i = 0; i < values.size(); i++) {
      if (Double.isFinite(values.get(i))) {
        points.get(i).add(new Curve.Point(step, values.get(i)));
      }
    }
  }

  private static Optional<String> deciding(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(outcome -> outcome.deciding().stream())
        .findFirst()
        .or(
            () ->
                outcomes.stream()
                    .flatMap(outcome -> outcome.metrics().keySet().stream())
                    .findFirst());
  }

  private static int layers(RunRecord record, List<Outcome> outcomes) {
    return record
        .result()
        .map(RunResult::layers)
        .orElseGet(
            () ->
                outcomes.stream()
                    .flatMap(outcome -> outcome.scores().values().stream())
                    .mapToInt(List::size)
                    .max()
                    .orElseGet(() -> highest(outcomes) + 1));
  }

  private static int highest(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(outcome -> outcome.layers().stream().flatMap(List::stream))
        .mapToInt(Integer::intValue)
        .max()
        .orElse(-1);
  }
}
