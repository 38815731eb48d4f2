package io.flexora.cli.plugins;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.Interruption;
import io.flexora.host.FlexoraHost;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists what is installed. */
@Command(
    name = "plugins",
    description = {
      "Lists the available extensions, and every plugin that failed to load with the cause.",
      "",
      "To install a plugin, put its jar into the plugins/ folder of the installation, or name it to"
          + " `flexora plugins install`, which records it in plugins.lock. With --watch, every jar that is added, changed or removed is reported until Ctrl-C."
    },
    subcommands = {
      PluginsCommand.ListCommand.class,
      PluginShowCommand.class,
      PluginNewCommand.class,
      PluginSearchCommand.class,
      PluginInstallCommand.class,
      PluginUpdateCommand.class,
      PluginRemoveCommand.class,
      PluginAuditCommand.class,
      PluginUseCommand.class,
      PluginIndexCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins",
      "  flexora plugins --watch",
      "  flexora plugins show flexora",
      "  flexora plugins new selector my-strategy",
      "  flexora plugins --plugins target --json"
    })
public final class PluginsCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Option(
      names = "--watch",
      description =
          "Keeps running until Ctrl-C and reports every plugin that is added, changed or removed,"
              + " and why it failed if it did.")
  private boolean watch;

  @Option(
      names = "--strict",
      description =
          "Exits with 1 if a plugin failed, was refused, lacks what it requires, or is locked and missing.")
  private boolean strict;

  @Override
  public Integer call() throws Exception {
    return watch
        ? root.withWatchingHost(
            host -> {
              PluginList list = new PluginList(root.console());
              CountDownLatch interrupted = new CountDownLatch(1);
              try (Interruption interruption = Interruption.listen(interrupted::countDown)) {
                host.plugins().listen(list::show);
                show(list, host);
                root.console()
                    .message("Watching %s/plugins; Ctrl-C ends it.".formatted(root.home()));
                interrupted.await();
                return interruption.exitCode().orElse(ExitCodes.CANCELLED);
              }
            })
        : root.withUncheckedHost(
            host -> {
              PluginList list = new PluginList(root.console());
              show(list, host);
              List<String> missing = host.plugins().lockedAndMissing();
              missing.forEach(root.console()::message);
              boolean failed =
                  !missing.isEmpty()
                      || host.plugins().plugins().stream().anyMatch(PluginList::isUnusable);
              return strict && failed ? ExitCodes.FAILED : ExitCodes.OK;
            });
  }

  private static void show(PluginList list, FlexoraHost host) {
    list.show(host.plugins().plugins(), host.catalog().extensions(), host.plugins().lock());
  }

  /** The same, by its name. */
  @Command(name = "list", description = "Lists extensions and plugins, as `flexora plugins` does.")
  static final class ListCommand implements Callable<Integer> {

    @ParentCommand private PluginsCommand plugins;

    @Override
    public Integer call() throws Exception {
      return plugins.call();
    }
  }
}
