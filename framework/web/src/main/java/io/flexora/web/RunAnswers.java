package io.flexora.web;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.host.FlexoraHost;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The answers of the page about runs and comparisons. */
final class RunAnswers {

  private static final int NOT_FOUND = 404;

  /** Reports are pages of plugins: they get no script of ours, no token and no other file. */
  private static final String SANDBOX =
      "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Supplier<Path> runs;
  private final Supplier<Optional<Path>> own;
  private final boolean manual;
  private final boolean actions;
  private final Recent<RunDetails> details = new Recent<>();
  private final Recent<ComparisonStatus> statuses = new Recent<>();
  private Path indexed = Path.of("");
  private RunIndex index = index(indexed);

  RunAnswers(Supplier<Path> runs, Supplier<Optional<Path>> own, boolean manual, boolean actions) {
    this.runs = runs;
    this.own = own;
    this.manual = manual;
    this.actions = actions;
  }

  private RunsFolder folder() {
    return new RunsFolder(runs.get().toAbsolutePath().normalize());
  }

  private static RunIndex index(Path folder) {
    return new RunIndex(new RunsFolder(folder), InstantSource.system());
  }

  private synchronized RunIndex index() {
    Path now = folder().path();
    if (!now.equals(indexed)) {
      indexed = now;
      index = index(now);
    }
    return index;
  }

  /** The table, or what has changed in it. */
  void runs(Context context) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("folder", folder().path().toString());
    json.put("manual", manual);
    json.put("actions", actions);
    own.get().ifPresent(run -> json.put("own", run.getFileName().toString()));
    json.putAll(index().json(parameter(context, "index"), since(context)));
    answer(context, json);
  }

  private static long since(Context context) {
    try {
      return Long.parseLong(parameter(context, "since"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String parameter(Context context, String name) {
    return Optional.ofNullable(context.queryParam(name)).orElse("");
  }

  /** One run, cell or comparison. */
  void run(Context context) {
    String id = parameter(context, "run");
    Optional<Path> folder = folder().find(id);
    if (folder.isEmpty()) {
      missing(context, id);
      return;
    }
    answer(
        context,
        problem(id, () -> details.get(id, name -> new RunDetails(folder.get(), name)).json()));
  }

  /** How far a comparison is; that which the page was opened with unless another one is named. */
  void status(Context context) {
    String id = parameter(context, "run");
    Optional<Path> folder = id.isEmpty() ? own.get() : folder().find(id);
    if (!id.isEmpty() && folder.filter(FlexoraHost::isComparison).isEmpty()) {
      missing(context, id);
      return;
    }
    Optional<String> cell = Optional.ofNullable(context.queryParam("cell"));
    try {
      answer(
          context,
          folder.map(path -> status(path).json(cell)).orElseGet(ComparisonStatus::preparing));
    } catch (FlexoraException e) {
      Map<String, Object> json = ComparisonStatus.preparing();
      json.put("problem", e.getMessage());
      answer(context, json);
    }
  }

  private ComparisonStatus status(Path folder) {
    return statuses.get(
        folder.toString(), name -> new ComparisonStatus(folder, InstantSource.system()));
  }

  /** A report as its file is. */
  void report(Context context) {
    Map<String, String> parts = context.pathParamMap();
    String run = parts.get("run") + (parts.containsKey("cell") ? "/" + parts.get("cell") : "");
    Optional<ReportFile> file =
        folder().find(run).flatMap(found -> RunDetails.report(found, parts.get("file")));
    if (file.isEmpty()) {
      missing(context, run + "/" + parts.get("file"));
      return;
    }
    context.header("Content-Security-Policy", SANDBOX);
    try {
      context.contentType(file.get().type()).result(RegularFile.stream(file.get().path()));
    } catch (IOException e) {
      missing(context, run + "/" + parts.get("file"));
    }
  }

  private static Map<String, Object> problem(String id, Supplier<Map<String, Object>> read) {
    try {
      return read.get();
    } catch (FlexoraException e) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", id);
      json.put("problem", e.getMessage());
      return json;
    }
  }

  private static void missing(Context context, String what) {
    HttpRefusal.of(NOT_FOUND, "there is no " + (what.isEmpty() ? "run without a name" : what))
        .to(context);
  }

  private static void answer(Context context, Map<String, Object> json) {
    context.contentType("application/json; charset=utf-8").result(StatusJson.text(json));
  }

  /**
   * Keeps what was asked for last, so that a page that stays open for weeks holds no more than
   * that.
   *
   * @param <V> what is kept
   */
  private static final class Recent<V> {

    private static final int MOST = 64;

    private final Map<String, V> kept =
        new LinkedHashMap<>(MOST, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MOST;
          }
        };

    /** The value of a name, made if need be. */
    synchronized V get(String name, Function<String, V> maker) {
      V found = kept.get(name);
      if (found == null) {
        found = maker.apply(name);
        kept.put(name, found);
      }
      return found;
    }
  }
}
