package io.flexora.runstore;

import io.flexora.files.durable.FileHash;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The list of the files that a cell has written so far. A file that it does not name was not
 * written to its end.
 *
 * @param configuration the hash of the run's configuration
 * @param code the hash of each jar whose code takes part, by its name
 * @param events how many bytes the run's record had at least
 * @param files the files by name
 */
record CellManifest(
    String configuration, Map<String, String> code, long events, Map<String, FileHash> files) {

  static final String NAME = "manifest.json";

  CellManifest {
    code = Map.copyOf(code);
    files = Map.copyOf(files);
  }

  CellManifest with(String file, FileHash hash, long recordBytes) {
    Map<String, FileHash> more = new TreeMap<>(files);
    more.put(file, hash);
    return new CellManifest(configuration, code, recordBytes, more);
  }

  CellManifest without(Set<String> names) {
    Map<String, FileHash> fewer = new TreeMap<>(files);
    fewer.keySet().removeAll(names);
    return new CellManifest(configuration, code, events, fewer);
  }

  CellManifest withEvents(long recordBytes) {
    return new CellManifest(configuration, code, recordBytes, files);
  }
}
