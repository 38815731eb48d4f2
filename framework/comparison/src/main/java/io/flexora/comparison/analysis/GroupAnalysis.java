package io.flexora.comparison.analysis;

import io.flexora.comparison.analysis.PairedDifference.Pair;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.StrategyResult.Counterpart;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.statistics.Holm;
import io.flexora.statistics.ParetoFront;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Analyses one group: the cells of one model with one task. */
final class GroupAnalysis {

  private final List<AnalysedCell> cells;
  private final String baseline;
  private final Map<String, String> counterparts;
  private final Optional<GroupMetric> metric;
  private final List<StrategyCells> strategies;
  private final Map<Pair, PairedDifference> differences = new LinkedHashMap<>();
  private final Map<Pair, OptionalDouble> adjusted = new HashMap<>();
  private final Optional<GroupMargin> margin;
  private final Optional<String> ofMargin;
  private final boolean oneSeedByExamples;

  GroupAnalysis(List<AnalysedCell> cells, AnalysedComparison comparison) {
    this.cells = cells;
    this.baseline = comparison.baseline();
    this.counterparts = comparison.counterparts();
    this.ofMargin = comparison.equivalence().map(EquivalenceMargin::against);
    this.oneSeedByExamples = comparison.oneSeedByExamples();
    this.metric = GroupMetric.of(cells);
    this.strategies =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    AnalysedCell::strategy, LinkedHashMap::new, Collectors.toList()))
            .entrySet()
            .stream()
            .map(entry -> new StrategyCells(entry.getKey(), entry.getValue(), metric))
            .toList();
    this.margin = comparison.equivalence().flatMap(written -> metric.map(m -> margin(written, m)));
    test();
  }

  private GroupMargin margin(EquivalenceMargin written, GroupMetric deciding) {
    Stream<Pair> pairs =
        Stream.concat(
            names()
                .filter(name -> !name.equals(written.against()))
                .map(name -> new Pair(name, written.against())),
            names().flatMap(name -> counterpart(name).stream()));
    return new GroupMargin(written, deciding, pairs, this::pairedCells, oneSeedByExamples);
  }

  /** What is tested against the baseline already is not tested again against a counterpart. */
  private void test() {
    List<Pair> pairs =
        Stream.concat(
                names().filter(name -> !name.equals(baseline)).map(this::againstBaseline),
                names().flatMap(name -> counterpart(name).stream()))
            .distinct()
            .toList();
    metric.ifPresent(deciding -> test(pairs, deciding));
    List<Pair> tested = List.copyOf(differences.keySet());
    List<OptionalDouble> corrected =
        Holm.adjust(tested.stream().map(pair -> differences.get(pair).judgedBy()).toList());
    for (int i = 0; i < tested.size(); i++) {
      adjusted.put(tested.get(i), corrected.get(i));
    }
  }

  /** The draws of a pair are a stream of its own, so pairs may be tested at the same time. */
  private void test(List<Pair> pairs, GroupMetric deciding) {
    List<Optional<PairedDifference>> found =
        pairs.parallelStream()
            .map(
                pair ->
                    PairedDifference.of(
                        pairedCells(pair), deciding, stream(pair), pairs.size(), oneSeedByExamples))
            .toList();
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      found.get(i).ifPresent(difference -> differences.put(pair, difference));
    }
  }

  private Stream<String> names() {
    return strategies.stream().map(StrategyCells::name);
  }

  private Pair againstBaseline(String strategy) {
    return new Pair(strategy, baseline);
  }

  /** The baseline has none: its counterpart, as of a posterior, is tested against it. */
  private Optional<Pair> counterpart(String strategy) {
    return Optional.ofNullable(counterparts.get(strategy))
        .filter(reference -> !strategy.equals(baseline))
        .map(reference -> new Pair(strategy, reference));
  }

  /** The pair of a margin that is asked against another strategy than the baseline. */
  private Optional<Pair> againstReference(String strategy) {
    return ofMargin
        .filter(other -> !other.equals(baseline) && !other.equals(strategy))
        .map(other -> new Pair(strategy, other));
  }

  private Optional<StrategyCells> strategy(String name) {
    return strategies.stream().filter(strategy -> strategy.name().equals(name)).findFirst();
  }

  private List<PairedCell> pairedCells(Pair pair) {
    Optional<StrategyCells> reference = strategy(pair.reference());
    if (metric.isEmpty() || reference.isEmpty()) {
      return List.of();
    }
    Map<Long, AnalysedCell> bySeed =
        reference.get().cells().stream()
            .collect(Collectors.toMap(AnalysedCell::seed, Function.identity()));
    return strategy(pair.strategy()).orElseThrow().cells().stream()
        .filter(cell -> bySeed.containsKey(cell.seed()))
        .flatMap(cell -> PairedCell.of(cell, bySeed.get(cell.seed()), metric.get()).stream())
        .toList();
  }

  /** The names of the random stream of a test. */
  private List<String> stream(Pair pair) {
    AnalysedCell first = cells.get(0);
    List<String> names = List.of(first.model(), first.task(), pair.strategy());
    return pair.reference().equals(baseline)
        ? names
        : Stream.concat(names.stream(), Stream.of(pair.reference())).toList();
  }

  GroupResult group() {
    List<Boolean> frontParameters = front(StrategyCells::trainableParameters);
    List<Boolean> frontSeconds = front(StrategyCells::seconds);
    List<StrategyResult> entries = new ArrayList<>();
    for (int i = 0; i < strategies.size(); i++) {
      String name = strategies.get(i).name();
      entries.add(
          strategies
              .get(i)
              .strategy(
                  layers(),
                  frontParameters.get(i),
                  frontSeconds.get(i),
                  entry(againstBaseline(name)),
                  counterpart(name).map(this::counterpart),
                  againstReference(name)
                      .flatMap(pair -> margin.flatMap(tested -> tested.reference(pair))),
                  tunedDifference(strategies.get(i)),
                  sentence(name)));
    }
    return new GroupResult(
        cells.get(0).model(),
        cells.get(0).task(),
        layers(),
        examples(),
        metric.map(GroupMetric::description),
        sentence(),
        entries);
  }

  private Optional<TunedDifference> tunedDifference(StrategyCells strategy) {
    return strategy(baseline).flatMap(other -> StrategyTuning.difference(strategy, other));
  }

  private Counterpart counterpart(Pair pair) {
    return new Counterpart(pair.reference(), entry(pair), sentence(pair));
  }

  private OptionalInt layers() {
    return cells.stream()
        .map(AnalysedCell::layers)
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  /** The most examples that a cell answered; empty if none did. */
  private OptionalLong examples() {
    return cells.stream()
        .mapToLong(cell -> cell.examples().count())
        .filter(count -> count > 0)
        .max();
  }

  private List<Boolean> front(Function<StrategyCells, OptionalDouble> cost) {
    return ParetoFront.of(
        strategies.stream()
            .map(
                strategy ->
                    new ParetoFront.Point(worth(strategy), cost.apply(strategy).orElse(Double.NaN)))
            .toList());
  }

  private double worth(StrategyCells strategy) {
    return metric
        .flatMap(m -> strategy.values().map(values -> m.worth(values.mean())))
        .orElse(Double.NaN);
  }

  private Optional<DifferenceResult.Verdict> verdict(Pair pair) {
    return Optional.ofNullable(differences.get(pair))
        .map(d -> d.verdict(metric.orElseThrow(), adjusted.get(pair)));
  }

  /** How many p-values are corrected for each other. */
  private int comparisons() {
    return (int) adjusted.values().stream().filter(OptionalDouble::isPresent).count();
  }

  private Optional<DifferenceResult> entry(Pair pair) {
    return Optional.ofNullable(differences.get(pair))
        .map(
            d ->
                d.result(
                    metric.orElseThrow(),
                    adjusted.get(pair),
                    verdict(pair).orElseThrow(),
                    comparisons(),
                    margin.flatMap(tested -> tested.of(pair))));
  }

  private String sentence(String name) {
    String said =
        name.equals(baseline)
            ? words(againstBaseline(name)).ofBaseline()
            : sentence(againstBaseline(name));
    return said + ofReference(name);
  }

  /** What a counterpart's sentence says is not said again. */
  private String ofReference(String name) {
    return againstReference(name)
        .filter(pair -> !counterpart(name).equals(Optional.of(pair)))
        .flatMap(pair -> margin.map(tested -> tested.sentenceWithDifference(pair)))
        .orElse("");
  }

  private String sentence(Pair pair) {
    return Optional.ofNullable(differences.get(pair))
        .map(
            d ->
                words(pair)
                        .of(
                            metric.orElseThrow(),
                            d,
                            adjusted.get(pair),
                            verdict(pair).orElseThrow())
                    + ofEquivalence(pair))
        .orElseGet(words(pair)::withoutPair);
  }

  /** Of a strategy that is worse, that it may be worse by the margin is no news. */
  private String ofEquivalence(Pair pair) {
    boolean worse = verdict(pair).filter(DifferenceResult.Verdict.WORSE::equals).isPresent();
    boolean shown =
        margin
            .flatMap(tested -> tested.of(pair))
            .filter(found -> found.verdict() != Equivalence.Verdict.NOT_SHOWN)
            .isPresent();
    return worse && !shown ? "" : margin.map(tested -> tested.sentence(pair)).orElse("");
  }

  private StrategySentence words(Pair pair) {
    return new StrategySentence(
        strategy(pair.strategy()).orElseThrow(),
        pair.reference(),
        strategy(pair.reference()),
        comparisons());
  }

  private String sentence() {
    AnalysedCell first = cells.get(0);
    String group = first.model() + " on " + first.task();
    String said =
        GroupSentence.of(
            group, baseline, verdicts(names().map(name -> againstBaseline(name))), cells);
    Map<String, DifferenceResult.Verdict> counterparts =
        verdicts(names().flatMap(name -> counterpart(name).stream()));
    return said
        + GroupSentence.ofCounterparts(counterparts, this.counterparts)
        + margin.map(tested -> tested.summary(names())).orElse("");
  }

  private Map<String, DifferenceResult.Verdict> verdicts(Stream<Pair> pairs) {
    Map<String, DifferenceResult.Verdict> verdicts = new LinkedHashMap<>();
    pairs.forEach(pair -> verdict(pair).ifPresent(v -> verdicts.put(pair.strategy(), v)));
    return verdicts;
  }
}
