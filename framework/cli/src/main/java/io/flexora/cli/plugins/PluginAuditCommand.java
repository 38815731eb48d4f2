package io.flexora.cli.plugins;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.TextTable;
import io.flexora.files.message.Printable;
import io.flexora.plugin.install.PluginIndexes.Audited;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares installed plugins with their indexes. */
@Command(
    name = "audit",
    description = {
      "Compares each plugin of plugins.lock with the index that it came from: current, outdated,"
          + " withdrawn, changed (another jar for the same version), or unknown (an index that"
          + " cannot be read or trusted). The last three are failures.",
      ""
    },
    footer = {"", "Example:", "  flexora plugins audit --json"})
final class PluginAuditCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--allow-http", description = "Also read indexes by HTTP without encryption.")
  private boolean plainHttp;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    return root.withUncheckedHost(
        host -> {
          List<Audited> all = host.indexes().audit(plainHttp);
          show(root.console(), all);
          return all.stream().anyMatch(one -> one.state().isAlarming())
              ? ExitCodes.FAILED
              : ExitCodes.OK;
        });
  }

  private static void show(Console console, List<Audited> all) {
    if (all.isEmpty()) {
      console.message("No plugin was installed by name.");
      return;
    }
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("PLUGIN"),
                TextTable.words("VERSION"),
                TextTable.words("STATE"),
                TextTable.words("DETAIL")));
    for (Audited one : all) {
      table.row(
          List.of(
              one.plugin().name(),
              PluginList.shortVersion(one.plugin().version()),
              one.state().toString(),
              Printable.shortened(one.detail())));
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("name", one.plugin().name());
      members.put("version", one.plugin().version());
      members.put("state", one.state().toString());
      members.put("detail", one.detail());
      console.json("plugin_audited", members);
    }
    console.result(table.lines(console.palette(), console.columns()));
  }
}
