package io.flexora.runstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Diagram;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Answer;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunResult;
import io.flexora.runstore.RecordMapper.Reader;
import io.flexora.runstore.RecordMapper.Writer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Records whose JSON is not simply their components. */
final class RecordShapes {

  private static final String DIFFERENCE_ERROR = "difference_standard_error";
  private static final String OUTCOME = "outcome";

  /** The parts of an outcome that only its own file has. */
  private static final Set<String> KEPT_APART =
      Set.of("scores", "deciding_metric", "phase_peak_memory_bytes", "versions", "seed", "failure");

  /** The parts of an outcome that are null, or nothing, of a cell that is not done. */
  private static final List<String> WHERE_DONE =
      List.of("selected_layers", "trainable_parameters", "seconds", RecordComponents.PEAK);

  private RecordShapes() {}

  static void register(SimpleModule module) {
    shape(module, MetricDescription.class, Description.class, Description::of, Description::model);
    shape(module, Prediction.class, Said.class, Said::of, Said::model);
    shape(
        module,
        MetricValue.ConfidenceInterval.class,
        double[].class,
        interval -> new double[] {interval.low(), interval.high()},
        RecordShapes::interval);
    words(module, CellState.class, CellState::word, "a cell is never '%s'");
    words(
        module,
        DifferenceResult.Verdict.class,
        DifferenceResult.Verdict::words,
        "there is no verdict '%s'");
    words(
        module,
        Equivalence.Verdict.class,
        Equivalence.Verdict::words,
        "there is no verdict on a margin '%s'");
    tree(module, MetricValue.class, RecordShapes::metric, RecordShapes::metric);
    tree(module, CellResult.class, RecordShapes::cell, RecordShapes::cell);
    tree(module, RunResult.class, RecordShapes::run, RecordShapes::run);
    tree(module, Budget.class, RecordShapes::budget, RecordShapes::budget);
  }

  private static <T> void tree(
      SimpleModule module, Class<T> type, Tree<T> tree, Reading<T> reading) {
    module
        .addSerializer(
            new Writer<>(
                type,
                (out, value, provider) ->
                    out.writeTree(tree.of(value, (ObjectMapper) out.getCodec()))))
        .addDeserializer(
            type,
            new Reader<>(
                type,
                (in, context) ->
                    context.readTree(in) instanceof ObjectNode node
                        ? reading.of(node, context)
                        : type.cast(context.handleUnexpectedToken(type, in)),
                null,
                null));
  }

  private static <T, J> void shape(
      SimpleModule module, Class<T> type, Class<J> json, Function<T, J> to, Function<J, T> from) {
    module
        .addSerializer(
            new Writer<>(
                type,
                (out, value, provider) -> provider.defaultSerializeValue(to.apply(value), out)))
        .addDeserializer(
            type,
            new Reader<>(
                type, (in, context) -> from.apply(context.readValue(in, json)), null, null));
  }

  private static MetricValue.ConfidenceInterval interval(double[] ends) {
    if (ends.length != 2) {
      throw new IllegalArgumentException("an interval has two ends, not " + Arrays.toString(ends));
    }
    return new MetricValue.ConfidenceInterval(ends[0], ends[1]);
  }

  /** An enumeration by the words that files have for its values. */
  private static <E extends Enum<E>> void words(
      SimpleModule module, Class<E> type, Function<E, String> word, String unknown) {
    shape(
        module,
        type,
        String.class,
        word,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(value -> word.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(unknown.formatted(text))));
  }

  /** A description; an end of the range that is infinite is null. */
  private record Description(
      String name,
      String symbol,
      double least,
      double greatest,
      boolean lowerIsBetter,
      boolean percent,
      String unit,
      boolean perExample,
      List<String> needs) {

    static Description of(MetricDescription metric) {
      return new Description(
          metric.name(),
          metric.symbol(),
          metric.range().low(),
          metric.range().high(),
          metric.lowerIsBetter(),
          metric.percent(),
          metric.unit(),
          metric.perExample(),
          metric.needs().stream().map(n -> n.name().toLowerCase(Locale.ROOT)).sorted().toList());
    }

    MetricDescription model() {
      return new MetricDescription(
          name,
          symbol,
          new MetricDescription.Range(
              Double.isNaN(least) ? Double.NEGATIVE_INFINITY : least,
              Double.isNaN(greatest) ? Double.POSITIVE_INFINITY : greatest),
          lowerIsBetter,
          percent,
          unit,
          perExample,
          needs.stream()
              .map(need -> Need.valueOf(need.toUpperCase(Locale.ROOT)))
              .collect(Collectors.toSet()));
    }
  }

  /** The parts of a value beside its description. */
  private record Measured(
      double value,
      double standardError,
      Optional<MetricValue.ConfidenceInterval> interval,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Diagram> diagram) {}

  private static ObjectNode metric(MetricValue metric, ObjectMapper mapper) {
    ObjectNode node = mapper.valueToTree(metric.description());
    Measured measured =
        new Measured(metric.value(), metric.standardError(), metric.interval(), metric.diagram());
    node.setAll((ObjectNode) mapper.valueToTree(measured));
    return node;
  }

  private static MetricValue metric(ObjectNode node, DeserializationContext context)
      throws IOException {
    Measured found = context.readTreeAsValue(node, Measured.class);
    return new MetricValue(
        context.readTreeAsValue(node, MetricDescription.class),
        found.value(),
        found.standardError(),
        found.interval(),
        found.diagram());
  }

  /**
   * A prediction; there is a line of it for each example, so it has nothing empty. A choice is told
   * by three fields of its own, other answers by one of their kind.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private record Said(
      String exampleId,
      Optional<Integer> label,
      Optional<Integer> predicted,
      Optional<List<Double>> scores,
      Optional<Answer.Numeric> number,
      Optional<Answer.Labels> labels,
      Optional<Answer.Tags> tags,
      Optional<Answer.Vectors> vectors,
      Optional<String> text,
      @JsonInclude Map<String, Double> metrics) {

    static Said of(Prediction said) {
      Optional<Answer.Choice> choice = as(Answer.Choice.class, said.answer());
      return new Said(
          said.exampleId(),
          choice.map(Answer.Choice::label),
          choice.map(Answer.Choice::predicted),
          choice.map(Answer.Choice::scores),
          as(Answer.Numeric.class, said.answer()),
          as(Answer.Labels.class, said.answer()),
          as(Answer.Tags.class, said.answer()),
          as(Answer.Vectors.class, said.answer()),
          said.text(),
          said.metrics());
    }

    private static <A extends Answer> Optional<A> as(Class<A> kind, Answer answer) {
      return Optional.of(answer).filter(kind::isInstance).map(kind::cast);
    }

    Prediction model() {
      Answer answer =
          Stream.<Optional<? extends Answer>>of(number, labels, tags, vectors)
              .<Answer>flatMap(other -> other.stream())
              .findFirst()
              .orElseGet(this::choice);
      return new Prediction(exampleId, answer, text, metrics);
    }

    private Answer choice() {
      return new Answer.Choice(
          required("label", label), required("predicted", predicted), required("scores", scores));
    }

    private static <V> V required(String key, Optional<V> value) {
      return value.orElseThrow(
          () -> new IllegalArgumentException("key '%s' is missing".formatted(key)));
    }
  }

  /** The part of a cell beside its outcome. */
  private record Chosen(String selector) {}

  /** The parts of a run beside its main cell. */
  private record Whole(String name, int layers, Map<String, CellResult> baselines) {}

  /** The parts of a budget beside the amount, which stands under the name of what is held. */
  private record Held(
      String hold,
      String search,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> tuning) {

    private static final String EXCLUDED = "excluded";

    static Held of(Budget budget) {
      return new Held(
          budget.hold(),
          budget.search(),
          Optional.of(budget.tuning()).filter(tuning -> !tuning.equals(EXCLUDED)));
    }

    String tuningOrNone() {
      return tuning.orElse(EXCLUDED);
    }
  }

  private static ObjectNode cell(CellResult cell, ObjectMapper mapper) {
    ObjectNode node = mapper.valueToTree(cell.outcome());
    node.put("selector", cell.selector());
    cell.differenceError().ifPresent(error -> node.put(DIFFERENCE_ERROR, error));
    return node;
  }

  private static CellResult cell(ObjectNode node, DeserializationContext context)
      throws IOException {
    Chosen chosen = context.readTreeAsValue(node, Chosen.class);
    JsonNode error = node.path(DIFFERENCE_ERROR);
    return new CellResult(
        chosen.selector(),
        context.readTreeAsValue(node, CellOutcome.class),
        error.isNumber() ? OptionalDouble.of(error.doubleValue()) : OptionalDouble.empty());
  }

  /**
   * The module of cells of comparisons, the parts of whose outcomes stand beside theirs.
   *
   * @param plain writes and reads cells with their outcomes as a part
   */
  static SimpleModule cells(ObjectMapper plain) {
    SimpleModule module = new SimpleModule("cells");
    tree(
        module,
        SeedResult.class,
        (cell, mapper) -> seed(cell, plain),
        (node, context) -> seed(node, plain));
    return module;
  }

  private static ObjectNode seed(SeedResult cell, ObjectMapper plain) {
    ObjectNode node = plain.valueToTree(cell);
    if (node.remove(OUTCOME) instanceof ObjectNode outcome) {
      outcome.remove(KEPT_APART);
      node.setAll(outcome);
      if (cell.outcome().orElseThrow().peak().isEmpty()) {
        node.putNull(RecordComponents.PEAK);
      }
    } else {
      WHERE_DONE.forEach(node::putNull);
      node.putObject("metrics");
    }
    return node;
  }

  private static SeedResult seed(ObjectNode node, ObjectMapper plain) throws IOException {
    if (node.hasNonNull("selected_layers")) {
      ObjectNode outcome = node.deepCopy();
      outcome.putObject("scores");
      outcome.putObject("versions");
      ObjectNode peak = outcome.putObject("phase_peak_memory_bytes");
      if (node.hasNonNull(RecordComponents.PEAK)) {
        peak.set(SeedResult.HIGHEST, node.get(RecordComponents.PEAK));
      }
      node.set(OUTCOME, outcome);
    }
    return plain.treeToValue(node, SeedResult.class);
  }

  /** The main cell's outcome at the top, the others' under {@code baselines}. */
  private static ObjectNode run(RunResult run, ObjectMapper mapper) {
    ObjectNode node = cell(run.main(), mapper);
    node.setAll(
        (ObjectNode) mapper.valueToTree(new Whole(run.name(), run.layers(), run.baselines())));
    return node;
  }

  private static RunResult run(ObjectNode node, DeserializationContext context) throws IOException {
    Whole whole = context.readTreeAsValue(node, Whole.class);
    CellResult main = context.readTreeAsValue(node, CellResult.class);
    return new RunResult(whole.name(), whole.layers(), main, new TreeMap<>(whole.baselines()));
  }

  private static ObjectNode budget(Budget budget, ObjectMapper mapper) {
    ObjectNode node = mapper.valueToTree(Held.of(budget));
    budget
        .amount()
        .ifPresent(
            amount -> {
              if (amount == Math.rint(amount)) {
                node.put(budget.hold(), (long) amount);
              } else {
                node.put(budget.hold(), amount);
              }
            });
    return node;
  }

  private static Budget budget(ObjectNode node, DeserializationContext context) throws IOException {
    Held held = context.readTreeAsValue(node, Held.class);
    JsonNode amount = node.path(held.hold());
    return new Budget(
        held.hold(),
        amount.isNumber() ? OptionalDouble.of(amount.doubleValue()) : OptionalDouble.empty(),
        held.search(),
        held.tuningOrNone());
  }

  /** Makes the tree of a record. */
  private interface Tree<T> {
    ObjectNode of(T record, ObjectMapper mapper);
  }

  /** Reads a record from its tree. */
  private interface Reading<T> {
    T of(ObjectNode node, DeserializationContext context) throws IOException;
  }
}
