package io.flexora.query;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.EventJson;
import io.flexora.runstore.RecordJson;
import io.flexora.runstore.RunFolder;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The rows of one run. */
final class RunRows {

  private final FoundRun run;
  private final String yaml;
  private final Written written;

  private RunRows(FoundRun run) {
    this.run = run;
    this.yaml = RunFolder.readConfiguration(run.folder());
    this.written = new Written(new ConfigurationReader().parse(yaml, run.id()));
  }

  /**
   * Reads the rows of some views.
   *
   * @throws FlexoraException if something of it is damaged
   */
  static Map<View, List<List<Object>>> of(FoundRun run, Set<View> views) {
    try {
      RunRows rows = new RunRows(run);
      Map<View, List<List<Object>>> all = new TreeMap<>();
      for (View view : views) {
        all.put(view, rows.of(view));
      }
      return all;
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new FlexoraException("a file in it is not what a run writes: " + e.getMessage(), e);
    }
  }

  private List<List<Object>> of(View view) {
    return switch (view) {
      case RUNS -> List.of(row());
      case CELLS -> cells();
      case EVENTS -> RunFolder.read(run.folder()).events().stream().map(this::event).toList();
      case PREDICTIONS -> predictions();
    };
  }

  private List<Object> row() {
    Optional<Provenance> provenance = RunFolder.provenance(run.folder());
    Optional<Map<String, String>> versions = provenance.map(Provenance::versions);
    return Arrays.asList(
        run.id(),
        run.comparison().orElse(null),
        written.value("name").orElse(null),
        provenance.map(Provenance::started).map(RunRows::utc).orElse(null),
        RunFolder.isFinished(run.folder()),
        model(),
        written.extension("dataset").orElse(null),
        task(),
        written.extension("selector").orElse(null),
        seed(),
        RunFolder.result(run.folder()).map(result -> (long) result.layers()).orElse(null),
        versions.map(v -> v.get(Provenance.DEVICE)).orElse(null),
        versions.map(v -> v.get(Provenance.FLEXORA)).orElse(null),
        run.folder().toString(),
        yaml);
  }

  private List<List<Object>> cells() {
    List<List<Object>> rows = new ArrayList<>();
    for (String name : RunFolder.cells(run.folder())) {
      CellFolder cell = RunFolder.readCell(run.folder(), name);
      List<Object> row = new ArrayList<>();
      row.addAll(Arrays.asList(run.id(), run.comparison().orElse(null), name));
      RunCell part = RunCell.of(name);
      row.addAll(Arrays.asList(model(), task(), strategy(part.trained()), adapter()));
      row.addAll(Arrays.asList(part.posterior().orElse(null), seed(), trial()));
      row.addAll(OutcomeColumns.of(cell.outcome()));
      row.add(cell.code().map(code -> RecordJson.tree(code).toString()).orElse(null));
      rows.add(row);
    }
    return rows;
  }

  private List<Object> event(RunEvent event) {
    return List.of(
        run.id(),
        event.cell(),
        event.phase(),
        event.kind(),
        event.step(),
        utc(event.time()),
        EventJson.values(event.what()).toString());
  }

  private List<List<Object>> predictions() {
    List<List<Object>> rows = new ArrayList<>();
    for (String name : RunFolder.cells(run.folder())) {
      CellFolder cell = RunFolder.readCell(run.folder(), name);
      cell.predictions().forEach(said -> rows.add(prediction(name, null, said)));
      cell.testSets()
          .forEach((set, all) -> all.forEach(said -> rows.add(prediction(name, set, said))));
    }
    return rows;
  }

  private List<Object> prediction(String cell, String testSet, Prediction said) {
    return Arrays.asList(
        run.id(),
        cell,
        testSet,
        said.exampleId(),
        said.isChoice() ? (long) said.label() : null,
        said.isChoice() ? (long) said.predicted() : null,
        said.isChoice() ? said.label() == said.predicted() : null,
        said.isChoice()
            ? said.scores().stream().mapToDouble(Double::doubleValue).toArray()
            : new double[0],
        RecordJson.tree(said.metrics()).toString());
  }

  private String model() {
    return run.cell()
        .map(CellId::model)
        .or(() -> written.value("model", "source").map(source -> source.replaceFirst("@.*", "")))
        .or(() -> written.extension("model"))
        .orElse(null);
  }

  private String task() {
    return run.cell().map(CellId::task).or(() -> written.extension("task")).orElse(null);
  }

  private String strategy(String cell) {
    Optional<String> main = run.cell().map(CellId::strategy);
    return cell.equals(RunCell.MAIN)
        ? main.or(() -> written.extension("selector")).orElse(cell)
        : cell;
  }

  private String adapter() {
    return written.extension("adapter").orElse(null);
  }

  private Long seed() {
    return written.value("seed").map(Long::valueOf).orElse(null);
  }

  private Long trial() {
    return run.cell()
        .filter(cell -> cell.trial().isPresent())
        .map(cell -> (long) cell.trial().getAsInt())
        .orElse(null);
  }

  private static LocalDateTime utc(Instant time) {
    return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
  }
}
