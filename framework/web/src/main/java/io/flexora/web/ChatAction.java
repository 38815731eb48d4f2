package io.flexora.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.host.FlexoraHost;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets a model of a run answer in a process of its own: a language model by {@code flexora
 * generate}, a classifier by {@code flexora predict}. The answer is a line of JSON for each piece
 * of the text as it comes, and one at the end. Who stops listening ends it.
 */
final class ChatAction {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int PIECE = 512;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What may be asked for, by the option that it is given with. */
  private static final Map<String, String> NUMBERS =
      Map.of(
          "max_tokens", "--max-tokens",
          "temperature", "--temperature",
          "top_p", "--top-p",
          "seed", "--seed");

  private final Supplier<Path> runs;
  private final Commands commands;

  ChatAction(Supplier<Path> runs, Commands commands) {
    this.runs = runs;
    this.commands = commands;
  }

  void answer(Context context) {
    JsonNode asked;
    try {
      asked = MAPPER.readTree(context.body());
    } catch (JsonProcessingException e) {
      HttpRefusal.of(BAD_REQUEST, "this is no JSON").to(context);
      return;
    }
    Optional<Path> run =
        new RunsFolder(runs.get().toAbsolutePath().normalize()).find(asked.path("run").asText());
    if (run.isEmpty()) {
      HttpRefusal.of(NOT_FOUND, "there is no run " + asked.path("run").asText()).to(context);
      return;
    }
    stream(context, arguments(run.get(), asked), asked.path("prompt").asText());
  }

  private static List<String> arguments(Path run, JsonNode asked) {
    boolean classifier = hasClasses(run);
    List<String> arguments =
        new ArrayList<>(
            classifier
                ? List.of("predict", run.toString(), "--text", "-")
                : List.of("generate", run.toString(), "--prompt", "-"));
    if (asked.path("base").asBoolean()) {
      arguments.add("--base");
    }
    if (classifier) {
      return arguments;
    }
    String system = asked.path("system").asText();
    if (!system.isBlank()) {
      arguments.addAll(List.of("--system", system));
    }
    NUMBERS.forEach(
        (name, option) -> {
          if (asked.path(name).isNumber()) {
            arguments.addAll(List.of(option, asked.path(name).asText()));
          }
        });
    return arguments;
  }

  /** What is wrong with a run, the command says that is asked. */
  private static boolean hasClasses(Path run) {
    try {
      return !FlexoraHost.classes(run, "main").isEmpty();
    } catch (FlexoraException e) {
      return false;
    }
  }

  private void stream(Context context, List<String> arguments, String prompt) {
    Path errors = commands.file("errors.txt", "");
    context.contentType("application/x-ndjson; charset=utf-8").disableCompression();
    try {
      Process process = commands.builder(arguments).redirectError(errors.toFile()).start();
      try (Reader text = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
        hand(process, prompt);
        OutputStream out = context.outputStream();
        char[] piece = new char[PIECE];
        for (int length = text.read(piece); length >= 0; length = text.read(piece)) {
          line(out, Map.of("piece", new String(piece, 0, length)));
        }
        line(out, end(process.waitFor(), RegularFile.text(errors).strip()));
      } finally {
        process.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void hand(Process process, String prompt) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(prompt.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It has ended before it read the prompt; what it says is why.
    }
  }

  private static Map<String, Object> end(int code, String said) {
    return code == 0 ? Map.of("end", said) : Map.of("problem", said);
  }

  private static void line(OutputStream out, Map<String, Object> json) throws IOException {
    out.write((StatusJson.text(json) + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
