package io.flexora.cli.run;

import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.HostCall;
import io.flexora.cli.command.Interruption;
import io.flexora.cli.output.Console;
import io.flexora.web.LivePage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The options of the page over all runs while one of them runs. */
final class WebOptions {

  /** Exit codes from here on tell of a signal. */
  private static final int FIRST_OF_SIGNALS = 129;

  @Option(
      names = "--web",
      description =
          "Serve the page of `flexora ui` meanwhile, opened at this run, on this machine only; its"
              + " address is printed. On a terminal it stays when the run has ended, until"
              + " Ctrl-C.")
  private boolean web;

  @Option(
      names = "--web-port",
      paramLabel = "N",
      description = "Port of the page; any free port by default. Implies --web.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--web-address",
      paramLabel = "ADDRESS",
      description =
          "Bind address of the page, such as 0.0.0.0 for all interfaces; everyone who can"
              + " reach it can see the page. Implies --web.")
  private Optional<String> address = Optional.empty();

  // Absent unless it is written, which no primitive could tell.
  @Option(
      names = "--web-keep",
      negatable = true,
      description =
          "Keep the page when the run has ended, until Ctrl-C; the exit code is the run's."
              + " Default: on a terminal, and neither in scripts nor with --json or --quiet."
              + " Implies --web.")
  private Boolean keep;

  /**
   * Works, with the page shown meanwhile if that was asked for; its address is said first.
   *
   * @param folder the folder of the run or comparison, as soon as there is one
   * @param cancel cancels the work
   * @param work the exit code
   * @throws io.flexora.api.run.FlexoraException if the page cannot be shown there
   */
  int during(
      FlexoraCommand root, Supplier<Optional<Path>> folder, Runnable cancel, IntSupplier work) {
    if (!isWanted()) {
      return work.getAsInt();
    }
    String at = address.orElse(LivePage.LOOPBACK);
    LivePage.Builder page = LivePage.beside(folder, Path.of("runs"));
    try (LivePage shown =
        ServedPage.open(ServedPage.of(root, page, cancel), "--web-", at, port.orElse(0))) {
      ServedPage.tell(root.console(), shown, at);
      int code = work.getAsInt();
      if (stays(root.console(), code)) {
        stay(root.console(), shown);
      }
      return code;
    }
  }

  /** Whoever has pressed Ctrl-C wants to be done; a script wants its next line. */
  private boolean stays(Console console, int code) {
    boolean watched =
        console.terminal().results()
            && console.terminal().messages()
            && !console.verbosity().json()
            && !console.verbosity().quiet();
    return code < FIRST_OF_SIGNALS && Optional.ofNullable(keep).orElse(watched);
  }

  private static void stay(Console console, LivePage page) {
    CountDownLatch end = new CountDownLatch(1);
    try (Interruption interruption = Interruption.listen(end::countDown)) {
      console.message("Page    " + page.addressWithToken() + " stays; Ctrl-C ends it.");
      while (interruption.exitCode().isEmpty()) {
        end.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Calls with a host, which follows the changes in the plugins' folder while a page is shown. */
  int withHost(FlexoraCommand root, HostCall call) throws Exception {
    return isWanted() ? root.withWatchingHost(call) : root.withHost(call);
  }

  private boolean isWanted() {
    return web || port.isPresent() || address.isPresent() || Boolean.TRUE.equals(keep);
  }
}
