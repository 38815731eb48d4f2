package io.flexora.cli.plugins;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.TextTable;
import io.flexora.files.message.Printable;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.install.IndexEntry;
import io.flexora.plugin.install.PluginIndexes.ReadIndex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds plugins in an index. */
@Command(
    name = "search",
    description = {
      "Lists the plugins of an index whose name, extensions or description contain all words.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins search",
      "  flexora plugins search selector gradient",
      "  flexora plugins search --index https://example.org/index.xml"
    })
final class PluginSearchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "WORD", description = "Words; none for all plugins.")
  private List<String> words = List.of();

  @Mixin private IndexPlace place;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    return root.withUncheckedHost(
        host -> {
          ReadIndex index = place.read(host);
          List<IndexEntry> found = host.indexes().search(index, words);
          show(root.console(), host, index, found);
          return ExitCodes.OK;
        });
  }

  private void show(Console console, FlexoraHost host, ReadIndex index, List<IndexEntry> found) {
    if (found.isEmpty()) {
      console.message(
          words.isEmpty()
              ? index.location() + " lists no plugin."
              : "No plugin in %s matches: %s".formatted(index.location(), String.join(" ", words)));
      return;
    }
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("PLUGIN"),
                TextTable.words("VERSION"),
                TextTable.words("INSTALLED").ifThereIsRoom(2),
                TextTable.words("EXTENSIONS"),
                TextTable.words("WHAT IT DOES").ifThereIsRoom()));
    for (IndexEntry entry : found) {
      String installed =
          host.plugins().lock().named(entry.name()).map(plugin -> plugin.version()).orElse("");
      table.row(
          List.of(
              Printable.brief(entry.name()),
              PluginList.shortVersion(entry.version().toString()),
              PluginList.shortVersion(installed),
              Printable.shortened(String.join(", ", entry.extensions())),
              Printable.shortened(entry.description())));
      console.json("plugin_found", members(entry, installed));
    }
    console.result(table.lines(console.palette(), console.columns()));
  }

  private static Map<String, Object> members(IndexEntry entry, String installed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", entry.name());
    members.put("version", entry.version().toString());
    members.put("version_installed", installed);
    members.put("extensions", entry.extensions());
    members.put("description", entry.description());
    members.put("sha256", entry.sha256());
    members.put("bytes", entry.bytes());
    entry.signer().ifPresent(key -> members.put("signed_by", key.sha256()));
    return members;
  }
}
