package io.flexora.cli.run;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.Interruption;
import io.flexora.cli.command.Logging;
import io.flexora.cli.output.Console;
import io.flexora.web.LivePage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Shows all runs as a page. */
@Command(
    name = "ui",
    description = {
      "Serves a page over all runs and comparisons of a folder, on this machine only: a table to"
          + " filter and sort, curves of chosen runs in one chart, their layers, cost and"
          + " differences side by side, and their reports. Running ones are followed.",
      "",
      "Who has the printed address with its token can start, stop and resume runs there, and chat"
          + " with their models."
    },
    footer = {
      "",
      "Examples:",
      "  flexora ui",
      "  flexora ui --runs /data/runs --port 8080",
      "",
      "Ctrl-C ends it."
    })
public final class UiCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "Folder of runs and comparisons. Default: runs/.")
  private Optional<Path> runs = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the page; any free port by default.")
  private int port;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description =
          "Bind address of the page, such as 0.0.0.0 for all interfaces; everyone who can reach it"
              + " can see the page. Default: ${DEFAULT-VALUE}.",
      defaultValue = LivePage.LOOPBACK)
  private String address;

  @Override
  public Integer call() throws InterruptedException {
    Console console = root.console();
    Logging.prepare();
    CountDownLatch end = new CountDownLatch(1);
    try (LivePage page =
            ServedPage.open(
                ServedPage.of(root, LivePage.over(folder()), () -> {}), "--", address, port);
        Interruption interruption = Interruption.listen(end::countDown)) {
      ServedPage.tell(console, page, address);
      if (console.verbosity().quiet()) {
        // Without its address there is no page.
        console.result(page.addressWithToken());
      }
      console.message("Ctrl-C ends it.");
      while (interruption.exitCode().isEmpty()) {
        end.await();
      }
    }
    return ExitCodes.OK;
  }

  /** The usual folder comes with its first run; one that is named should be there. */
  private Path folder() {
    runs.filter(folder -> !Files.isDirectory(folder))
        .ifPresent(
            folder -> {
              throw new FlexoraException(
                  "--runs %s: there is no such folder; name one that has runs".formatted(folder));
            });
    return runs.orElse(Path.of("runs"));
  }
}
