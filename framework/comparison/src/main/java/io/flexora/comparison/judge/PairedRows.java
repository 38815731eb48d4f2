package io.flexora.comparison.judge;

import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.analysis.ExampleColumn;
import io.flexora.files.message.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rows of a group that pair: those of examples of which each result has a value. */
final class PairedRows {

  private static final int FEWEST = 2;
  private static final int NAMED = 3;
  private static final int RESULTS_NAMED = 10;

  private final ForeignTask task;
  private final List<ForeignCell> cells;
  private final Map<ForeignCell, ExampleColumn> columns = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * Pairs rows.
   *
   * @param group the model and the task, in words
   * @param all the results of the group; those without examples are left as they are
   * @throws FlexoraException if fewer than two examples are left
   */
  PairedRows(String group, ForeignTask task, List<ForeignCell> all) {
    this.task = task;
    this.cells = all.stream().filter(cell -> cell.size() > 0).toList();
    if (!cells.isEmpty()) {
      pair(group);
    }
  }

  private void pair(String group) {
    BitSet any = new BitSet();
    BitSet common = cells.get(0).places();
    for (ForeignCell cell : cells) {
      any.or(cell.places());
      common.and(cell.places());
    }
    if (common.cardinality() < any.cardinality()) {
      name(group, any, common.cardinality());
    }
    if (common.cardinality() < FEWEST && cells.size() > 1) {
      throw new FlexoraException(
          "%s: %d example%s of %d in all results, and it takes two to compare. %s"
              .formatted(
                  group,
                  common.cardinality(),
                  common.cardinality() == 1 ? " is" : "s are",
                  any.cardinality(),
                  String.join(" ", notes)));
    }
    int[] order = new int[task.examples().size()];
    Arrays.fill(order, -1);
    int[] places = common.stream().toArray();
    IntStream.range(0, places.length).forEach(i -> order[places[i]] = i);
    List<String> ids = Arrays.stream(places).mapToObj(task.examples()::get).toList();
    for (ForeignCell cell : cells) {
      columns.put(cell, new ExampleColumn(ids, cell.values(order, places.length)));
    }
  }

  private void name(String group, BitSet any, int common) {
    List<ForeignCell> lacking =
        cells.stream().filter(cell -> cell.size() < any.cardinality()).toList();
    lacking.stream().limit(RESULTS_NAMED).forEach(cell -> notes.add(lacks(cell, any)));
    if (lacking.size() > RESULTS_NAMED) {
      notes.add("So do %d more results.".formatted(lacking.size() - RESULTS_NAMED));
    }
    notes.add(
        "%s is judged by the %,d of %,d examples that each result has."
            .formatted(group, common, any.cardinality()));
  }

  private String lacks(ForeignCell cell, BitSet any) {
    BitSet missing = (BitSet) any.clone();
    missing.andNot(cell.places());
    String some =
        missing.stream()
            .limit(NAMED)
            .mapToObj(place -> "'" + Printable.brief(task.examples().get(place)) + "'")
            .collect(Collectors.joining(", "));
    return "%s lacks %,d of the %,d examples of others for %s: %s%s."
        .formatted(
            cell.file(),
            missing.cardinality(),
            any.cardinality(),
            cell.key().words(),
            some,
            missing.cardinality() > NAMED ? ", …" : "");
  }

  /** What does not pair, in sentences. */
  List<String> notes() {
    return notes;
  }

  /** The values of a result that pair; without examples there are none. */
  ExampleColumn column(ForeignCell cell) {
    return columns.getOrDefault(cell, new ExampleColumn(List.of(), new double[0]));
  }
}
