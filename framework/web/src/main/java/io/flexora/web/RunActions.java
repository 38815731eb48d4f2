package io.flexora.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.host.FlexoraHost;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The actions of the page that need the token: start, check, stop and resume. */
final class RunActions {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final ObjectMapper MAPPER = new ObjectMapper();

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
    return Optional.ofNullable(
        switch (action) {
          case "schema" -> Map.of("schema", schema(isComparison(asked)));
          case "files" -> Map.of("files", files());
          case "read" -> Map.of("tree", read(asked));
          case "check" -> check(asked).json();
          case "start" -> start(asked).json();
          case "stop" -> stop(text(asked, "run"));
          case "resume" -> resume(text(asked, "run")).json();
          case "end" -> end(asked.path("command").asInt());
          case "started" -> Map.of("started", commands.json());
          default -> null;
        });
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

  private Map<String, Object> read(JsonNode asked) {
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
