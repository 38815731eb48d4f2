package io.flexora.report.html.figure;

import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that the page shows, in its order.
 *
 * @param cover the head
 * @param verdict what the run shows
 * @param cells the table of all cells
 * @param testSets the table of all cells on each further test set
 * @param dots the deciding metric of each cell
 * @param map the layers of each cell
 * @param modules the modules of each cell that chose some
 * @param diagrams what metrics show beside their numbers, on the test split and further test sets
 * @param answers what the cells answered, class by class and with some examples
 * @param searches how the layers were found
 * @param losses how the cells were trained
 * @param costs time and memory
 * @param notices what the run told its user
 * @param configuration the resolved configuration
 * @param provenance versions, seeds and hashes
 * @param folder the run's folder as a command line names it
 * @param commands command lines that use the trained model; none before there is one
 */
public record RunPage(
    Cover cover,
    Verdict verdict,
    FigureTable cells,
    List<FigureTable> testSets,
    Optional<DotPlot> dots,
    Optional<LayerMap> map,
    List<ModuleMap> modules,
    List<DiagramGrid> diagrams,
    List<Answers> answers,
    List<SearchFigure> searches,
    Optional<Losses> losses,
    List<Cost> costs,
    List<String> notices,
    String configuration,
    List<FigureTable> provenance,
    String folder,
    List<String> commands) {

  /** Draws everything. */
  public static RunPage of(Evidence evidence) {
    List<Answers> answers = Answers.of(evidence);
    Map<String, Evidence> testSets = evidence.testSets();
    return new RunPage(
        Cover.of(evidence),
        Verdict.of(evidence),
        CellTable.of(evidence),
        testSets.entrySet().stream()
            .map(of -> CellTable.onTestSet(of.getKey(), of.getValue()))
            .toList(),
        DotPlot.of(evidence),
        LayerMap.of(evidence),
        ModuleMap.of(evidence),
        diagrams(evidence, testSets),
        answers,
        SearchFigure.of(evidence),
        Losses.of(evidence),
        Cost.of(evidence),
        evidence.notices(),
        evidence.record().configuration(),
        provenance(evidence),
        ShellPath.of(evidence.record().folder()),
        commands(evidence, answers));
  }

  private static List<String> commands(Evidence evidence, List<Answers> answers) {
    boolean trained = evidence.record().result().isPresent() && evidence.main().error().isEmpty();
    if (!trained) {
      return List.of();
    }
    String run = ShellPath.of(evidence.record().folder());
    List<String> commands =
        new ArrayList<>(List.of("flexora evaluate " + run + " --split validation"));
    if (answers.stream().anyMatch(of -> of.classes().isPresent())) {
      commands.add("flexora predict " + run + " --input rows.jsonl");
    }
    // A pruned model has no adapter that could be exported by itself.
    if (Files.isDirectory(evidence.record().folder().resolve("adapter"))) {
      commands.add("flexora export " + run + " --to peft");
    }
    return commands;
  }

  /** The charts that the page's script draws. */
  public List<Chart> charts() {
    return Stream.of(
            answers.stream().flatMap(of -> of.curves().stream()).flatMap(c -> c.charts().stream()),
            searches.stream().flatMap(SearchFigure::charts),
            losses.stream().flatMap(l -> l.charts().stream()))
        .flatMap(charts -> charts)
        .toList();
  }

  private static List<DiagramGrid> diagrams(Evidence evidence, Map<String, Evidence> testSets) {
    Stream<DiagramGrid> further =
        testSets.entrySet().stream()
            .flatMap(of -> DiagramGrid.onTestSet(of.getKey(), sources(of.getValue())).stream());
    // Those of a metric stand beside each other, that of the test split first: the order is stable.
    return Stream.concat(DiagramGrid.of(sources(evidence)).stream(), further)
        .sorted(Comparator.comparing(DiagramGrid::metric))
        .toList();
  }

  private static List<DiagramGrid.PanelSource> sources(Evidence evidence) {
    return evidence.outcomes().stream().map(RunPage::source).toList();
  }

  private static DiagramGrid.PanelSource source(Outcome outcome) {
    Map<String, List<DiagramGrid.Drawn>> diagrams = new TreeMap<>();
    outcome
        .metrics()
        .forEach(
            (name, measure) ->
                measure
                    .diagram()
                    .map(diagram -> new DiagramGrid.Drawn(Optional.empty(), diagram))
                    .ifPresent(drawn -> diagrams.put(name, List.of(drawn))));
    return new DiagramGrid.PanelSource(outcome.title(), outcome.colour(), diagrams);
  }

  private static List<FigureTable> provenance(Evidence evidence) {
    Optional<FigureTable> provenance =
        evidence.record().provenance().map(known -> ProvenanceTable.table("Provenance", known));
    Optional<FigureTable> versions =
        evidence
            .record()
            .result()
            .filter(result -> provenance.isEmpty())
            .map(result -> new TreeMap<>(result.main().outcome().versions()))
            .map(known -> ProvenanceTable.table("Versions", known));
    return Stream.of(provenance, versions)
        .flatMap(Optional::stream)
        .filter(table -> !table.rows().isEmpty())
        .toList();
  }
}
