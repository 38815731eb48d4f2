package io.flexora.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Terminal;
import io.flexora.files.machine.ProcessExit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WebOptionsTest {

  private static final Pattern ADDRESS =
      Pattern.compile("Page {4}(http://127\\.0\\.0\\.1:\\d+/)#token=[\\w-]{22}");

  private static final Terminal TERMINAL = new Terminal(true, true, 100, false);

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

  @Test
  void aTakenPortAndAForeignAddressNameTheOption() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      assertThatThrownBy(() -> during(() -> 0, "--web-port", "" + port))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(
              "the page cannot be shown at 127.0.0.1:%d: another program has the port. Name another port, or 0 for any that is free (--web-port)",
              port);
    }
    assertThatThrownBy(() -> during(() -> 0, "--web-address", "192.0.2.1"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "the page cannot be shown at 192.0.2.1: it is not an address of this machine. Name one that is (--web-address)");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void onATerminalThePageStaysUntilItIsEndedAndTheCodeIsThatOfTheRun() throws Exception {
    assertThat(staying(TERMINAL, 1, "--web")).isEqualTo(1);
    assertThat(messages.toString()).contains(" stays; Ctrl-C ends it.");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void itStaysInAScriptThatAsksForIt() throws Exception {
    assertThat(staying(Terminal.none(), 0, "--web-keep")).isZero();
  }

  @Test
  void itEndsWithTheRunInAScriptWhereThatIsWishedAndAfterCtrlC() {
    assertThat(during(Terminal.none(), () -> 0, "--web")).isZero();
    assertThat(during(TERMINAL, () -> 3, "--web", "--no-web-keep")).isEqualTo(3);
    assertThat(during(TERMINAL, () -> 130, "--web", "--web-keep")).isEqualTo(130);
    assertThat(messages.toString()).doesNotContain(" stays");
  }

  /** Works, waits until the page says that it stays, looks at it, and ends it. */
  private int staying(Terminal terminal, int code, String... arguments) throws Exception {
    AtomicInteger found = new AtomicInteger(-1);
    Thread command =
        new Thread(() -> found.set(during(terminal, () -> code, arguments)), "command");
    command.start();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    while (!messages.toString().contains(" stays") && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(statusAt(shownAddress())).isEqualTo(200);
    assertThat(command.isAlive()).isTrue();
    // A shell may have made this process deaf to Ctrl-C, but not to this; both end the page.
    String self = String.valueOf(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-TERM", self).start().waitFor()).isZero();
    command.join(TimeUnit.MINUTES.toMillis(10));
    return found.get();
  }

  private int during(IntSupplier work, String... arguments) {
    return during(Terminal.detect(Map.of()), work, arguments);
  }

  private int during(Terminal terminal, IntSupplier work, String... arguments) {
    FlexoraCommand root = new FlexoraCommand(terminal, ProcessExit.unguarded());
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
