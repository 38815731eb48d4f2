package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
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
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WebOptionsTest {

  private static final Pattern ADDRESS =
      Pattern.compile("Page {4}(http://127\\.0\\.0\\.1:\\d+/)#token=[\\w-]{22}");

  @TempDir Path folder;
  private final StringWriter messages = new StringWriter();

  @Test
  void nothingIsShownUnlessItIsAskedFor() {
    assertThat(during(() -> 7)).isEqualTo(7);
    assertThat(messages.toString()).isEmpty();
  }

  @Test
  void thePageIsThereWhileTheComparisonRunsAndItsAddressIsSaid() {
    int code = during(() -> statusAt(shownAddress()), "--web");

    assertThat(code).isEqualTo(200);
    assertThatThrownBy(() -> statusAt(shownAddress()))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(java.net.ConnectException.class);
    assertThat(messages.toString()).doesNotContain("warning");
  }

  @Test
  void anotherAddressIsWarnedOf() {
    assertThat(during(() -> 0, "--web-address", "0.0.0.0")).isZero();
    assertThat(messages.toString()).contains("warning: whoever reaches this machine by 0.0.0.0");
  }

  @Test
  void whatIsNoPortIsRefused() {
    assertThatThrownBy(() -> during(() -> 0, "--web-port", "70000"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("--web-port 70000 is no port");
  }

  private int during(java.util.function.IntSupplier work, String... arguments) {
    FlexoraCommand root = new FlexoraCommand(Terminal.detect(Map.of()), ProcessExit.unguarded());
    new CommandLine(root)
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(messages))
        .parseArgs("--home", installation().toString());
    return CommandLine.populateCommand(new WebOptions(), arguments)
        .during(root, () -> Optional.of(folder.resolve("run")), () -> {}, work);
  }

  private Path installation() {
    try {
      Files.createDirectories(folder.resolve("home/bundles"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder.resolve("home");
  }

  private String shownAddress() {
    Matcher found = ADDRESS.matcher(messages.toString());
    assertThat(found.find()).as(messages.toString()).isTrue();
    return found.group(1);
  }

  private static int statusAt(String address) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address + "status.json")).build();
      return HttpClient.newHttpClient()
          .send(request, HttpResponse.BodyHandlers.ofString())
          .statusCode();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
