package io.flexora.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.host.FlexoraHost;
import io.flexora.query.QueryResult;
import io.flexora.query.View;
import io.flexora.web.ControlCall.Argument;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The calls of the control interface over a folder of runs: list, read and query them; check,
 * start, stop and resume.
 */
final class RunActions {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int ROWS_MAXIMUM = 1000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Argument KIND = Argument.text("kind", "run or comparison");
  private static final Argument RUN =
      Argument.text("run", "the id of a run or comparison, or COMPARISON/CELL");
  private static final List<Argument> CONFIGURATION =
      List.of(
          KIND,
          Argument.text("name", "a short name, for messages"),
          Argument.text("yaml", "the configuration, as in a YAML file"));

  private final List<ControlCall> calls = calls();
  private final Supplier<Path> runs;
  private final Supplier<Optional<Path>> own;
  private final Runnable cancel;
  private final Path configurations;
  private final Commands commands;

  /**
   * Prepares.
   *
   * @param runs the folder of runs
   * @param own the run of this process, if it has one
   * @param cancel cancels that
   * @param configurations the files that may be started from
   * @param commands starts commands
   */
  RunActions(
      Supplier<Path> runs,
      Supplier<Optional<Path>> own,
      Runnable cancel,
      Path configurations,
      Commands commands) {
    this.runs = runs;
    this.own = own;
    this.cancel = cancel;
    this.configurations = configurations;
    this.commands = commands;
  }

  /** Does what a request asks for, and answers with JSON. */
  void answer(Context context) {
    try {
      JsonNode asked = MAPPER.readTree(context.body());
      Optional<Map<String, Object>> done = done(context.pathParam("name"), asked);
      if (done.isPresent()) {
        context.contentType("application/json; charset=utf-8").result(StatusJson.text(done.get()));
      } else {
        HttpRefusal.of(NOT_FOUND, "there is no such action").to(context);
      }
    } catch (JsonProcessingException e) {
      HttpRefusal.of(BAD_REQUEST, "this is no JSON").to(context);
    } catch (FlexoraException e) {
      HttpRefusal.of(CONFLICT, e.getMessage()).to(context);
    }
  }

  private Optional<Map<String, Object>> done(String action, JsonNode asked) {
    return calls.stream()
        .filter(call -> call.name().equals(action))
        .findFirst()
        .map(call -> call.answer(asked));
  }

  /** All calls, those that only read first. */
  List<ControlCall> all() {
    return calls;
  }

  private List<ControlCall> calls() {
    return List.of(
        read(
            "runs",
            "Lists all runs and comparisons: id, state, model, task, metrics and time.",
            List.of(),
            asked -> Map.of("runs", entries())),
        read(
            "run",
            "Shows a run or comparison: configuration, state, chosen layers, metrics,"
                + " differences between strategies, and the names of its reports.",
            List.of(RUN),
            asked -> details(text(asked, "run"))),
        read(
            "query",
            "Queries all runs with one SELECT in DuckDB's SQL dialect; at most 1,000 rows."
                + " Without sql, lists the views and their columns.",
            List.of(Argument.text("sql", "the query").optional()),
            asked -> asked.hasNonNull("sql") ? queried(text(asked, "sql")) : views()),
        read(
            "files",
            "Lists the configurations that come with Flexora.",
            List.of(),
            asked -> Map.of("files", files())),
        read(
            "read",
            "Reads a configuration: of a shipped file, or of a run.",
            List.of(Argument.text("file", "a name of the call files").optional(), RUN.optional()),
            asked -> Map.of("tree", tree(asked))),
        change(
            "schema",
            "The JSON schema of configurations, with all installed extensions.",
            List.of(KIND),
            asked -> Map.of("schema", schema(isComparison(asked)))),
        change(
            "check",
            "Checks a configuration, as `flexora check` or `flexora compare --dry-run`,"
                + " in a process; the call started shows its output.",
            CONFIGURATION,
            asked -> check(asked).json()),
        change(
            "start",
            "Starts a run or comparison in a process of its own.",
            CONFIGURATION,
            asked -> start(asked).json()),
        change(
            "stop",
            "Asks the process that works on a run to save a checkpoint and end.",
            List.of(RUN),
            asked -> stop(text(asked, "run"))),
        change(
            "resume",
            "Continues an interrupted run or comparison in a process of its own.",
            List.of(RUN),
            asked -> resume(text(asked, "run")).json()),
        change(
            "started",
            "Lists the processes started here, with the end of their output.",
            List.of(),
            asked -> Map.of("started", commands.json())),
        change(
            "end",
            "Asks a process that was started here to end.",
            List.of(Argument.number("command", "its id")),
            asked -> end(asked.path("command").asInt())));
  }

  private static ControlCall read(
      String name,
      String doc,
      List<Argument> arguments,
      Function<JsonNode, Map<String, Object>> work) {
    return new ControlCall(name, doc, arguments, false, work);
  }

  private static ControlCall change(
      String name,
      String doc,
      List<Argument> arguments,
      Function<JsonNode, Map<String, Object>> work) {
    return new ControlCall(name, doc, arguments, true, work);
  }

  private List<Map<String, Object>> entries() {
    return new RunsFolder(folder())
        .all().stream()
            .filter(run -> RunsFolder.written(run).isPresent())
            .sorted()
            .map(
                run -> {
                  RunEntry entry = new RunEntry(run, InstantSource.system());
                  entry.refresh();
                  Map<String, Object> json = new LinkedHashMap<>(entry.json());
                  // The call run has them.
                  json.remove("options");
                  return json;
                })
            .toList();
  }

  /** Without the curves, which the view {@code events} of queries has. */
  private Map<String, Object> details(String id) {
    Map<String, Object> all = new LinkedHashMap<>(new RunDetails(found(id), id).json());
    all.remove("curves");
    return all;
  }

  private Map<String, Object> queried(String sql) {
    List<String> notes = new ArrayList<>();
    QueryResult result = FlexoraHost.query(folder(), sql, notes::add);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("columns", result.columns());
    json.put("rows", result.rows().stream().limit(ROWS_MAXIMUM).toList());
    json.put("cut", result.rows().size() > ROWS_MAXIMUM);
    json.put("notes", notes);
    return json;
  }

  private static Map<String, Object> views() {
    return Map.of(
        "views",
        FlexoraHost.views().stream()
            .map(view -> Map.of("name", view.title(), "doc", view.doc(), "columns", columns(view)))
            .toList());
  }

  private static List<Map<String, String>> columns(View view) {
    return view.columns().stream()
        .map(column -> Map.of("name", column.name(), "type", column.type(), "doc", column.doc()))
        .toList();
  }

  private static boolean isComparison(JsonNode asked) {
    return text(asked, "kind").equals("comparison");
  }

  private static String text(JsonNode asked, String member) {
    JsonNode value = asked.path(member);
    if (!value.isTextual()) {
      throw new FlexoraException("the request has no text '" + member + "'");
    }
    return value.asText();
  }

  private JsonNode schema(boolean comparison) {
    try {
      return MAPPER.readTree(
          commands.output(comparison ? List.of("schema", "--comparison") : List.of("schema")));
    } catch (JsonProcessingException e) {
      throw new FlexoraException("the schema is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** The configurations that come with Flexora. */
  private List<String> files() {
    try (Stream<Path> files = Files.list(configurations)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\w[\\w.-]*\\.yaml"))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private Map<String, Object> tree(JsonNode asked) {
    if (asked.has("file")) {
      String name = text(asked, "file");
      if (!files().contains(name)) {
        throw new FlexoraException("there is no configuration " + name);
      }
      return FlexoraHost.fileTree(configurations.resolve(name));
    }
    return FlexoraHost.fileTree(found(text(asked, "run")).resolve("configuration.yaml"));
  }

  private Path found(String id) {
    return new RunsFolder(folder())
        .find(id)
        .orElseThrow(() -> new FlexoraException("there is no run " + id));
  }

  private Path folder() {
    return runs.get().toAbsolutePath().normalize();
  }

  private StartedCommand check(JsonNode asked) {
    return isComparison(asked)
        ? started("Plan of ", asked, "compare", "--dry-run", "--benchmark", "10")
        : started("Check of ", asked, "check");
  }

  private StartedCommand start(JsonNode asked) {
    return isComparison(asked)
        ? started("Comparison ", asked, "compare")
        : started("Run ", asked, "run");
  }

  private StartedCommand started(String verb, JsonNode asked, String... words) {
    String name = text(asked, "name").replaceAll("[^\\w.-]", "-");
    Path file = commands.file((name.isEmpty() ? "run" : name) + ".yaml", text(asked, "yaml"));
    Stream<String> place =
        Stream.of("--set", "output_dir=" + MAPPER.valueToTree(folder().toString()));
    return commands.start(
        verb + name,
        Stream.of(
                Stream.of(words).limit(1),
                Stream.of(file.toString()),
                Stream.of(words).skip(1),
                place)
            .flatMap(part -> part)
            .toList());
  }

  /** Asks the process that works on a run to save a checkpoint and end, as Ctrl-C does. */
  private Map<String, Object> stop(String id) {
    Path folder = found(id);
    ProcessHandle worker =
        FlexoraHost.worker(folder)
            .orElseThrow(() -> new FlexoraException("no process works on " + id));
    if (worker.pid() == ProcessHandle.current().pid()) {
      if (own.get().filter(path -> path.toAbsolutePath().normalize().equals(folder)).isEmpty()) {
        throw new FlexoraException(id + " is not what this command runs");
      }
      cancel.run();
    } else if (!worker.supportsNormalTermination()) {
      throw new FlexoraException(
          "this system cannot ask process %d to end; press Ctrl-C where it runs"
              .formatted(worker.pid()));
    } else {
      worker.destroy();
    }
    return Map.of("stopping", id);
  }

  private StartedCommand resume(String id) {
    Path folder = found(id);
    FlexoraHost.worker(folder)
        .ifPresent(
            worker -> {
              throw new FlexoraException(
                  "process %d works on %s already".formatted(worker.pid(), id));
            });
    return commands.start("Resume " + id, List.of("resume", folder.toString()));
  }

  /** Ends what was started here, as politely. */
  private Map<String, Object> end(int id) {
    StartedCommand command =
        commands.find(id).orElseThrow(() -> new FlexoraException("there is no command " + id));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ending", id);
    if (!command.process().toHandle().supportsNormalTermination()) {
      throw new FlexoraException("this system cannot ask a process to end");
    }
    command.process().destroy();
    return json;
  }
}
