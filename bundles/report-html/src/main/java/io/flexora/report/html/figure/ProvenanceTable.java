package io.flexora.report.html.figure;

import java.util.SortedMap;
import java.util.TreeMap;

/** The versions, seeds and hashes behind the numbers, as a table. */
public final class ProvenanceTable {

  private ProvenanceTable() {}

  /** What a run's provenance says, by the paths of what it says. */
  public static FigureTable table(String caption, io.flexora.results.run.Provenance provenance) {
    return table(caption, flat(provenance));
  }

  /** Lists values by what they are of. */
  static FigureTable table(String caption, SortedMap<String, String> values) {
    FigureTable table = FigureTable.of(caption, "What", "Value");
    values.forEach(table::row);
    return table;
  }

  /** What a run's provenance says, by the paths of what it says. */
  public static SortedMap<String, String> flat(io.flexora.results.run.Provenance provenance) {
    SortedMap<String, String> flat = new TreeMap<>();
    flat.put("started", provenance.started().toString());
    flat.put("seed", Long.toString(provenance.seed()));
    provenance.versions().forEach((name, value) -> flat.put("versions / " + name, value));
    provenance.plugins().forEach((name, value) -> flat.put("plugins / " + name, value));
    provenance.code().forEach((name, hash) -> flat.put("code / " + name + " / sha256", hash));
    flat.put("machine / os", provenance.machine().os());
    flat.put("machine / architecture", provenance.machine().architecture());
    flat.put("machine / cpu", provenance.machine().cpu());
    flat.put("machine / cores", Integer.toString(provenance.machine().cores()));
    flat.put("machine / memory_bytes", Long.toString(provenance.machine().memoryBytes()));
    provenance
        .files()
        .forEach(
            (name, file) -> {
              flat.put("files / " + name + " / bytes", Long.toString(file.bytes()));
              flat.put("files / " + name + " / sha256", file.sha256());
            });
    return flat;
  }
}
