package io.flexora.web;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All runs and comparisons of a folder. Each has the version at which its line changed last, so
 * that who has seen a version is told only what is new since. A look costs two or three questions
 * to the file system for each folder; only what has changed is read. A look at many new runs ends
 * before it has read them all, so that the table fills bit by bit.
 */
final class RunIndex {

  private static final Duration AGE = Duration.ofSeconds(1);

  /** How long one look may take; what it has not come to is left for the next. */
  private static final Duration PATIENCE = Duration.ofMillis(700);

  private record Line(RunEntry entry, long version, long look) {}

  private final RunsFolder runs;
  private final InstantSource clock;
  private final String name = Long.toHexString(new SecureRandom().nextLong());
  private final Map<Path, Line> lines = new LinkedHashMap<>();
  private final Map<String, Long> removed = new HashMap<>();
  private long version;
  private int unread;
  private Instant looked = Instant.MIN;

  RunIndex(RunsFolder runs, InstantSource clock) {
    this.runs = runs;
    this.clock = clock;
  }

  /**
   * The lines that have changed.
   *
   * @param index the name of the index that gave the version; another one's version counts nothing
   * @param since the version that was seen; 0 for none
   */
  synchronized Map<String, Object> json(String index, long since) {
    look();
    long seen = index.equals(name) ? since : 0;
    List<Map<String, Object>> changed = new ArrayList<>();
    for (Line line : lines.values()) {
      if (line.version() > seen) {
        changed.add(line.entry().json());
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("index", name);
    json.put("version", version);
    json.put("unread", unread);
    json.put("whole", seen == 0);
    json.put("runs", changed);
    json.put(
        "removed",
        removed.entrySet().stream()
            .filter(gone -> gone.getValue() > seen)
            .map(Map.Entry::getKey)
            .toList());
    return json;
  }

  private void look() {
    Instant now = clock.instant();
    if (looked.isAfter(now.minus(AGE))) {
      return;
    }
    version++;
    unread = 0;
    Map<Path, Line> before = new LinkedHashMap<>(lines);
    lines.clear();
    for (Path folder : inTurn(before)) {
      Line known = before.remove(folder);
      if (known == null && RunsFolder.written(folder).isEmpty()) {
        continue;
      }
      if (clock.instant().isBefore(now.plus(PATIENCE))) {
        take(folder, known);
      } else if (known == null) {
        unread++;
      } else {
        lines.put(folder, known);
      }
    }
    before.keySet().forEach(gone -> removed.put(gone.getFileName().toString(), version));
    looked = unread == 0 ? clock.instant() : Instant.MIN;
  }

  /** The folders, first those that nobody has looked at for longest. */
  private List<Path> inTurn(Map<Path, Line> before) {
    List<Path> folders = new ArrayList<>(runs.all());
    folders.sort(
        Comparator.comparingLong(
            folder -> before.containsKey(folder) ? before.get(folder).look() : -1));
    return folders;
  }

  private void take(Path folder, Line known) {
    RunEntry entry = known == null ? new RunEntry(folder, clock) : known.entry();
    boolean changed = entry.refresh();
    long since = changed || known == null ? version : known.version();
    lines.put(folder, new Line(entry, since, version));
    removed.remove(folder.getFileName().toString());
  }
}
