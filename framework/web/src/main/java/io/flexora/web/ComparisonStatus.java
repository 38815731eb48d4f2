package io.flexora.web;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The progress of a comparison, from its folder alone, so that any process can read it, while it
 * runs and later. Only what was appended since the last look is read.
 */
final class ComparisonStatus {

  private final String name;
  private final InstantSource clock;
  private final CellFolders folders;
  private final LedgerLines ledger;
  private final Map<CellName, RecordCurves> curves = new HashMap<>();
  private final Set<CellName> lookedInto = new HashSet<>();
  private Optional<Instant> lookedSince = Optional.empty();
  private boolean alive;

  ComparisonStatus(Path folder, InstantSource clock) {
    this.name = folder.toAbsolutePath().normalize().getFileName().toString();
    this.clock = clock;
    this.folders = new CellFolders(folder);
    this.ledger = new LedgerLines(folder);
  }

  /** What is known of a comparison that has no folder yet. */
  static Map<String, Object> preparing() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state", "preparing");
    json.put("groups", List.of());
    return json;
  }

  /**
   * The status for the page.
   *
   * @param chosen the cell whose curves are wanted; otherwise the one that was begun last
   */
  synchronized Map<String, Object> json(Optional<String> chosen) {
    look();
    Instant now = clock.instant();
    List<CellName> cells = folders.all();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("state", ledger.state());
    json.put("counts", counts(cells));
    ledger.started().ifPresent(from -> json.put("seconds", since(from, now, cells)));
    secondsLeft(cells, now).ifPresent(left -> json.put("seconds_left", left));
    StatusGrid grid = new StatusGrid(ledger, this::progress, cell -> until(cell, now));
    json.put("groups", grid.json(cells, this::reading));
    json.put("errors", errors(cells));
    Optional<CellName> shown = shown(cells, chosen);
    shown.ifPresent(cell -> json.put("cell", details(cell, now)));
    json.put("notices", notices());
    forgetOthers(shown);
    return json;
  }

  private double since(Instant from, Instant now, List<CellName> cells) {
    Instant until = alive ? now : ledger.over().or(() -> lastSign(cells)).orElse(now);
    return Math.max(0, Duration.between(from, until).toMillis() / CellProgress.MILLIS);
  }

  /** When a process that died was heard of last. */
  private Optional<Instant> lastSign(List<CellName> cells) {
    Stream<Instant> records =
        cells.stream()
            .filter(cell -> state(cell) == CellProgress.State.INTERRUPTED)
            .flatMap(cell -> reading(cell).last().stream());
    return Stream.concat(ledger.last().stream(), records).max(Comparator.naturalOrder());
  }

  /** When a cell stopped whose end the ledger does not tell: now if it runs. */
  private Instant until(CellName cell, Instant now) {
    return alive ? now : reading(cell).last().or(ledger::over).or(ledger::last).orElse(now);
  }

  private CellProgress progress(CellName cell) {
    CellProgress progress = ledger.cell(cell.id());
    CellProgress.State state = progress.state(alive);
    // A folder is looked into once for each start: what ends later, the ledger tells.
    if ((state == CellProgress.State.TO_DO || state == CellProgress.State.INTERRUPTED)
        && lookedInto.add(cell)
        && folders.ended(cell)) {
      progress.foundDone();
    }
    return progress;
  }

  private CellProgress.State state(CellName cell) {
    return progress(cell).state(alive);
  }

  /** Finds out once for all cells what a question to the system tells. */
  private void look() {
    ledger.read();
    boolean works = ledger.alive();
    if (works != alive || !ledger.started().equals(lookedSince)) {
      lookedInto.clear();
      lookedSince = ledger.started();
    }
    alive = works;
  }

  /** Forgets the curves of cells that are over, of which there may be thousands. */
  private void forgetOthers(Optional<CellName> shown) {
    curves
        .entrySet()
        .removeIf(
            entry ->
                !shown.equals(Optional.of(entry.getKey()))
                    && state(entry.getKey()) == CellProgress.State.DONE
                    && entry.getValue().notices().isEmpty());
  }

  private Map<String, Long> counts(List<CellName> cells) {
    Map<CellProgress.State, Long> counts = new EnumMap<>(CellProgress.State.class);
    for (CellProgress.State state : CellProgress.State.values()) {
      counts.put(state, 0L);
    }
    cells.forEach(cell -> counts.merge(state(cell), 1L, Long::sum));
    Map<String, Long> json = new LinkedHashMap<>();
    counts.forEach((state, count) -> json.put(word(state), count));
    return json;
  }

  static String word(CellProgress.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private Optional<Double> secondsLeft(List<CellName> cells, Instant now) {
    if (!alive) {
      return Optional.empty();
    }
    List<CellName> counted = cells.stream().filter(cell -> !isFoundDone(cell)).toList();
    return ledger.left(counted, now).map(left -> left.toMillis() / CellProgress.MILLIS);
  }

  /** Whether its folder alone says that it has ended, and not how long it took. */
  private boolean isFoundDone(CellName cell) {
    return state(cell) == CellProgress.State.DONE && !ledger.cell(cell.id()).told();
  }

  private List<Map<String, Object>> errors(List<CellName> cells) {
    List<Map<String, Object>> errors = new ArrayList<>();
    for (CellName cell : cells) {
      if (state(cell) == CellProgress.State.FAILED) {
        String cause = ledger.cell(cell.id()).cause().orElse("unknown");
        errors.add(Map.of("cell", cell.id(), "cause", cause));
      }
    }
    return errors;
  }

  private Optional<CellName> shown(List<CellName> cells, Optional<String> chosen) {
    return chosen
        .flatMap(id -> cells.stream().filter(cell -> cell.id().equals(id)).findFirst())
        .or(() -> ledger.latest().flatMap(CellName::of).filter(cells::contains));
  }

  /** What the record of a cell tells, with what is new in it. */
  private RecordCurves reading(CellName cell) {
    RecordCurves found = curves.computeIfAbsent(cell, c -> new RecordCurves(folders.of(c)));
    found.read();
    return found;
  }

  private Map<String, Object> details(CellName cell, Instant now) {
    CellProgress progress = progress(cell);
    RecordCurves record = reading(cell);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", cell.id());
    cell.trial().ifPresent(trial -> json.put("trial", trial));
    json.put("state", word(state(cell)));
    json.put("phase", record.phase());
    json.put("step", record.step());
    progress.seconds(() -> until(cell, now)).ifPresent(seconds -> json.put("seconds", seconds));
    json.putAll(progress.measured());
    json.put("layers", progress.layers());
    json.put("modules", state(cell) == CellProgress.State.DONE ? folders.modules(cell) : List.of());
    json.put("curves", record.json());
    return json;
  }

  /** The latest of those in the records that were looked at. */
  private List<Map<String, Object>> notices() {
    List<Map<String, Object>> notices = new ArrayList<>();
    curves.forEach(
        (cell, record) ->
            record
                .notices()
                .forEach(
                    notice ->
                        notices.add(
                            Map.of(
                                "cell", cell.id(),
                                "time", notice.time(),
                                "sentence", notice.sentence()))));
    notices.sort(
        Comparator.comparing((Map<String, Object> notice) -> notice.get("time").toString())
            .reversed());
    return notices.subList(0, Math.min(20, notices.size()));
  }
}
