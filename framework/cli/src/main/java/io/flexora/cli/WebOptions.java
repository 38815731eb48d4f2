package io.flexora.cli;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.output.Console;
import io.flexora.web.LivePage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether and where the page of a comparison is shown while it runs. */
final class WebOptions {

  private static final int LAST_PORT = 65535;

  @Option(
      names = "--web",
      description =
          "Serve a live page with cells, losses, time left and errors, on this machine only; its"
              + " address is printed.")
  private boolean web;

  @Option(
      names = "--web-port",
      paramLabel = "N",
      description = "Port of the live page; any free port by default. Implies --web.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--web-address",
      paramLabel = "ADDRESS",
      description =
          "Bind address of the live page, such as 0.0.0.0 for all interfaces; everyone who can"
              + " reach it can see the page. Implies --web.")
  private Optional<String> address = Optional.empty();

  /**
   * Works, with the page shown meanwhile if that was asked for; its address is said first.
   *
   * @param folder the comparison's folder, as soon as there is one
   * @param work the exit code
   * @throws FlexoraException if the page cannot be shown there
   */
  int during(Console console, Supplier<Optional<Path>> folder, IntSupplier work) {
    if (!isWanted()) {
      return work.getAsInt();
    }
    String at = address.orElse(LivePage.LOOPBACK);
    try (LivePage page = LivePage.open(folder, at, checkedPort())) {
      console.message("Page    " + page.address());
      console.json("page", Map.of("address", page.address()));
      if (!LivePage.isLoopback(at)) {
        console.message(
            "warning: whoever reaches this machine by %s can see the comparison; nothing asks for a password"
                .formatted(at));
      }
      return work.getAsInt();
    }
  }

  /** Calls with a host, which follows the changes in the plugins' folder while a page is shown. */
  int withHost(FlexoraCommand root, HostCall call) throws Exception {
    return isWanted() ? root.withWatchingHost(call) : root.withHost(call);
  }

  private boolean isWanted() {
    return web || port.isPresent() || address.isPresent();
  }

  private int checkedPort() {
    int wanted = port.orElse(0);
    if (wanted < 0 || wanted > LAST_PORT) {
      throw new FlexoraException(
          "--web-port %d is no port; write a number from 0, for any that is free, to %d"
              .formatted(wanted, LAST_PORT));
    }
    return wanted;
  }
}
