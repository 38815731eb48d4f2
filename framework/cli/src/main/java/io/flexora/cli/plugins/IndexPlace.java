package io.flexora.cli.plugins;

import io.flexora.api.run.FlexoraException;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.install.PluginIndexes;
import io.flexora.plugin.install.PluginIndexes.IndexRules;
import io.flexora.plugin.install.PluginIndexes.ReadIndex;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The index of plugins that a command reads. */
final class IndexPlace {

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description = "Path or address of an index of plugins, instead of the default index.")
  private Optional<String> index = Optional.empty();

  @Option(names = "--allow-http", description = "Also read it by HTTP without encryption.")
  private boolean plainHttp;

  ReadIndex read(FlexoraHost host) {
    PluginIndexes indexes = host.indexes();
    String location =
        index
            .or(indexes::chosen)
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "there is no default index of plugins; choose one with `flexora plugins use"
                            + " INDEX`, or name one with --index"));
    return indexes.read(location, new IndexRules(Optional.empty(), plainHttp));
  }
}
