package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.output.Terminal;
import io.flexora.files.machine.ProcessExit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class UiCommandTest {

  private static final Pattern ADDRESS =
      Pattern.compile("\"address\":\"(http://127\\.0\\.0\\.1:\\d+/)[^\"]*\"");

  @TempDir Path folder;
  private final StringWriter results = new StringWriter();
  private final StringWriter messages = new StringWriter();

  @Test
  void aPortThatIsNoneIsRefused() throws Exception {
    assertThat(ui("--port", "70000")).isEqualTo(2);
    assertThat(messages.toString()).contains("--port 70000 is no port");
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @DisabledOnOs(OS.WINDOWS)
  void thePageIsThereUntilItIsAskedToEnd() throws Exception {
    Thread serving = new Thread(() -> assertThat(run("--json")).isZero(), "ui");
    serving.start();
    Matcher found = ADDRESS.matcher("");
    while (!found.reset(results.toString()).find()) {
      Thread.sleep(20);
    }
    HttpResponse<String> table =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(found.group(1) + "runs.json")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(table.body()).contains(folder.toString(), "\"manual\":false");

    new ProcessBuilder("kill", "-TERM", Long.toString(ProcessHandle.current().pid()))
        .start()
        .waitFor();
    serving.join();
  }

  private int run(String... arguments) {
    try {
      return ui(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int ui(String... arguments) throws IOException {
    Files.createDirectories(folder.resolve("home/bundles"));
    CommandLine line = Main.commandLine(Terminal.none(), ProcessExit.unguarded());
    line.setOut(new PrintWriter(results)).setErr(new PrintWriter(messages));
    String[] all = new String[arguments.length + 5];
    String home = folder.resolve("home").toString();
    String[] fixed = {"ui", "--home", home, "--runs", folder.toString()};
    System.arraycopy(fixed, 0, all, 0, fixed.length);
    System.arraycopy(arguments, 0, all, fixed.length, arguments.length);
    return line.execute(all);
  }
}
