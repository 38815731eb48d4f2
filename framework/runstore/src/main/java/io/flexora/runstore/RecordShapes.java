package io.flexora.runstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.metric.Diagram;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricRange;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Figure;
import io.flexora.api.selection.ScoreDescription;
import io.flexora.api.selection.SearchEnd;
import io.flexora.api.selection.Selection;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.Verdict;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.Equivalence.EquivalenceVerdict;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunResult;
import io.flexora.results.run.TestSetOutcome;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Records whose JSON is not simply their components. */
final class RecordShapes {

  private static final String DIFFERENCE_ERROR = "difference_standard_error";

  private RecordShapes() {}

  static void register(SimpleModule module) {
    shape(module, MetricDescription.class, Description.class, Description::of, Description::model);
    shape(module, MetricValue.class, Measured.class, Measured::of, Measured::model);
    shape(module, Prediction.class, Answer.class, Answer::of, Answer::model);
    shape(module, Selection.class, Layers.class, Layers::of, Layers::model);
    shape(module, CellOutcome.class, Outcome.class, Outcome::of, Outcome::model);
    shape(module, ChosenModule.class, Module.class, Module::of, Module::model);
    shape(
        module,
        MetricValue.Interval.class,
        double[].class,
        interval -> new double[] {interval.low(), interval.high()},
        RecordShapes::interval);
    shape(module, CellState.class, String.class, CellState::word, RecordShapes::state);
    shape(module, Verdict.class, String.class, Verdict::words, RecordShapes::verdict);
    shape(
        module,
        EquivalenceVerdict.class,
        String.class,
        EquivalenceVerdict::words,
        RecordShapes::equivalence);
    module.setMixInAnnotation(StrategyResult.class, AdaptedStrategy.class);
    module.setMixInAnnotation(ComparisonResult.class, TunedComparison.class);
    module.setMixInAnnotation(Tuning.Tuned.class, TiedOptions.class);
    module.setMixInAnnotation(DifferenceResult.class, TestedDifference.class);
    module.setMixInAnnotation(SeedResult.class, ComparedCell.class);
    module
        .addSerializer(CellResult.class, new TreeWriter<>(CellResult.class, RecordShapes::cell))
        .addDeserializer(CellResult.class, new TreeReader<>(CellResult.class, RecordShapes::cell))
        .addSerializer(RunResult.class, new TreeWriter<>(RunResult.class, RecordShapes::run))
        .addDeserializer(RunResult.class, new TreeReader<>(RunResult.class, RecordShapes::run))
        .addSerializer(Budget.class, new TreeWriter<>(Budget.class, RecordShapes::budget))
        .addDeserializer(Budget.class, new TreeReader<>(Budget.class, RecordShapes::budget));
  }

  /**
   * What only comparisons of several adapters have, that tune or have a margin, is not in others.
   */
  interface AdaptedStrategy {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<String> adapter();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<StrategyResult.Counterpart> counterpart();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Tuning.TunedStrategy> tuning();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<String> trainer();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<StrategyResult.Reference> reference();
  }

  /** What only tuned comparisons have is not there in others. */
  interface TunedComparison {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Tuning.Tuned> tuning();
  }

  /** What only tunings have in which options have the values of others is not there in others. */
  interface TiedOptions {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Map<String, String>> ties();
  }

  /** What only cells have that were tuned, or whose strategy chose modules, is not in others. */
  interface ComparedCell {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Tuning> tuning();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<List<ChosenModule>> selectedModules();
  }

  /** What only comparisons with a margin have is not there in others. */
  interface TestedDifference {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Equivalence> equivalence();
  }

  private static <T, J> void shape(
      SimpleModule module, Class<T> type, Class<J> json, Function<T, J> to, Function<J, T> from) {
    module.addSerializer(
        type, new StdDelegatingSerializer(type, new TypedConverter<>(type, json, to)));
    module.addDeserializer(
        type, new StdDelegatingDeserializer<>(new TypedConverter<>(json, type, from)));
  }

  /** A converter whose types do not have to be found out. */
  private static final class TypedConverter<A, B> extends StdConverter<A, B> {

    private final Class<A> from;
    private final Class<B> to;
    private final Function<A, B> function;

    TypedConverter(Class<A> from, Class<B> to, Function<A, B> function) {
      this.from = from;
      this.to = to;
      this.function = function;
    }

    @Override
    public B convert(A value) {
      return function.apply(value);
    }

    @Override
    public JavaType getInputType(TypeFactory types) {
      return types.constructType(from);
    }

    @Override
    public JavaType getOutputType(TypeFactory types) {
      return types.constructType(to);
    }
  }

  private static MetricValue.Interval interval(double[] ends) {
    if (ends.length != 2) {
      throw new IllegalArgumentException("an interval has two ends, not " + Arrays.toString(ends));
    }
    return new MetricValue.Interval(ends[0], ends[1]);
  }

  private static CellState state(String word) {
    return Arrays.stream(CellState.values())
        .filter(state -> state.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a cell is never '" + word + "'"));
  }

  private static Verdict verdict(String words) {
    return Arrays.stream(Verdict.values())
        .filter(verdict -> verdict.words().equals(words))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no verdict '" + words + "'"));
  }

  private static EquivalenceVerdict equivalence(String words) {
    return Arrays.stream(EquivalenceVerdict.values())
        .filter(verdict -> verdict.words().equals(words))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no verdict on a margin '" + words + "'"));
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
          new MetricRange(
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

  /** A value with its description beside it. */
  private record Measured(
      double value,
      double standardError,
      Optional<MetricValue.Interval> interval,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Diagram> diagram,
      String name,
      String symbol,
      double least,
      double greatest,
      boolean lowerIsBetter,
      boolean percent,
      String unit,
      boolean perExample,
      List<String> needs) {

    static Measured of(MetricValue metric) {
      Description how = Description.of(metric.description());
      return new Measured(
          metric.value(),
          metric.standardError(),
          metric.interval(),
          metric.diagram(),
          how.name(),
          how.symbol(),
          how.least(),
          how.greatest(),
          how.lowerIsBetter(),
          how.percent(),
          how.unit(),
          how.perExample(),
          how.needs());
    }

    MetricValue model() {
      Description how =
          new Description(
              name, symbol, least, greatest, lowerIsBetter, percent, unit, perExample, needs);
      return new MetricValue(how.model(), value, standardError, interval, diagram);
    }
  }

  /** A prediction; there is a line of it for each example, so it has no empty text. */
  private record Answer(
      String exampleId,
      int label,
      int predicted,
      List<Double> scores,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> text,
      Map<String, Double> metrics) {

    static Answer of(Prediction said) {
      return new Answer(
          said.exampleId(),
          said.label(),
          said.predicted(),
          said.scores(),
          said.text(),
          said.metrics());
    }

    Prediction model() {
      return new Prediction(exampleId, label, predicted, scores, text, metrics);
    }
  }

  /** A selection, whose scores may have no descriptions. */
  private record Layers(
      List<Integer> layers,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<List<ChosenModule>> modules,
      Map<String, List<Double>> scores,
      @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Optional<Map<String, Map<String, List<Double>>>> moduleScores,
      @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Optional<List<ScoreDescription>> scoreDescriptions,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<SearchEnd> end) {

    static Layers of(Selection said) {
      return new Layers(
          said.layers(),
          nonEmpty(said.modules()),
          said.scores(),
          nonEmpty(said.moduleScores()),
          described(said.descriptions()),
          said.end());
    }

    Selection model() {
      return new Selection(
          layers,
          modules.orElse(List.of()),
          scores,
          moduleScores.orElse(Map.of()),
          scoreDescriptions.orElse(List.of()),
          end);
    }
  }

  /**
   * A chosen module; its rank is left out where the adapter's options say it, and that its adapter
   * is shared where it is not.
   */
  private record Module(
      int layer,
      String module,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Integer> rank,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Boolean> shared) {

    static Module of(ChosenModule chosen) {
      return new Module(
          chosen.layer(),
          chosen.module(),
          chosen.rank().isPresent() ? Optional.of(chosen.rank().getAsInt()) : Optional.empty(),
          Optional.of(true).filter(yes -> chosen.shared()));
    }

    ChosenModule model() {
      return new ChosenModule(
          layer,
          module,
          rank.map(OptionalInt::of).orElseGet(OptionalInt::empty),
          shared.orElse(false));
    }
  }

  private static <V> Optional<Map<String, V>> nonEmpty(Map<String, V> map) {
    return Optional.of(map).filter(all -> !all.isEmpty());
  }

  private static <E> Optional<List<E>> nonEmpty(List<E> list) {
    return Optional.of(list).filter(all -> !all.isEmpty());
  }

  private static Optional<List<ScoreDescription>> described(List<ScoreDescription> descriptions) {
    return Optional.of(descriptions).filter(all -> !all.isEmpty());
  }

  /** An outcome; {@code peak_memory_bytes} is the highest of all phases, for people. */
  private record Outcome(
      List<Integer> selectedLayers,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<List<ChosenModule>> selectedModules,
      Map<String, List<Double>> scores,
      @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Optional<Map<String, Map<String, List<Double>>>> moduleScores,
      @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Optional<List<ScoreDescription>> scoreDescriptions,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<SearchEnd> searchEnd,
      long trainableParameters,
      Map<String, MetricValue> metrics,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Map<String, Figure>> figures,
      Optional<String> decidingMetric,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Map<String, TestSetOutcome>> testSets,
      Map<String, Double> seconds,
      Optional<Long> peakMemoryBytes,
      Map<String, Long> phasePeakMemoryBytes,
      long seed,
      Map<String, String> versions,
      Optional<String> failure) {

    static Outcome of(CellOutcome outcome) {
      return new Outcome(
          outcome.selectedLayers(),
          nonEmpty(outcome.selectedModules()),
          outcome.scores(),
          nonEmpty(outcome.moduleScores()),
          described(outcome.scoreDescriptions()),
          outcome.searchEnd(),
          outcome.trainableParameters(),
          outcome.metrics(),
          Optional.of(outcome.figures()).filter(figures -> !figures.isEmpty()),
          outcome.deciding(),
          Optional.of(outcome.testSets()).filter(sets -> !sets.isEmpty()),
          outcome.seconds(),
          Optional.of(outcome.peak().orElse(0)),
          outcome.peakMemoryBytes(),
          outcome.seed(),
          outcome.versions(),
          outcome.failure());
    }

    CellOutcome model() {
      return new CellOutcome(
          selectedLayers,
          selectedModules.orElse(List.of()),
          scores,
          moduleScores.orElse(Map.of()),
          scoreDescriptions.orElse(List.of()),
          searchEnd,
          trainableParameters,
          metrics,
          figures.orElse(Map.of()),
          decidingMetric,
          testSets.orElse(Map.of()),
          seconds,
          phasePeakMemoryBytes,
          seed,
          versions,
          failure);
    }
  }

  /** What a cell says beside its outcome. */
  private record Chosen(String selector) {}

  /** What a run says beside its main cell. */
  private record Whole(String name, int layers, Map<String, CellResult> baselines) {}

  /** What a budget says beside the amount, which stands under the name of what is held. */
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

  private static final class TreeWriter<T> extends StdSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final transient Tree<T> tree;

    TreeWriter(Class<T> type, Tree<T> tree) {
      super(type);
      this.tree = tree;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeTree(tree.of(value, (ObjectMapper) out.getCodec()));
    }
  }

  private static final class TreeReader<T> extends StdDeserializer<T> {

    private static final long serialVersionUID = 1L;

    private final transient Reading<T> reading;

    TreeReader(Class<T> type, Reading<T> reading) {
      super(type);
      this.reading = reading;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      JsonNode node = context.readTree(in);
      return node instanceof ObjectNode object
          ? reading.of(object, context)
          : handledType().cast(context.handleUnexpectedToken(handledType(), in));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Class<T> handledType() {
      return (Class<T>) super.handledType();
    }
  }
}
