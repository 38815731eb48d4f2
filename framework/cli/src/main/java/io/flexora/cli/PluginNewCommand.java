package io.flexora.cli;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.scaffold.PluginName;
import io.flexora.cli.scaffold.SelectorProject;
import io.flexora.plugin.InstalledExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Makes the project of a new plugin. */
@Command(
    name = "new",
    description = {
      "Makes a Maven project of a new selector: one that works, to be changed. It builds with"
          + " `mvn package`, which runs the conformance suite, and its jar is dropped into plugins/.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins new selector my-strategy",
      "  flexora plugins new selector my-strategy --folder ~/work/my-strategy"
    })
final class PluginNewCommand implements Callable<Integer> {

  private static final String SELECTOR = "selector";

  @ParentCommand private PluginsCommand plugins;

  @Parameters(index = "0", paramLabel = "KIND", description = "The kind of extension: selector.")
  private String kind;

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "Its name in configurations: lower-case words with hyphens between them.")
  private String name;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "The folder to make; one of that name, here, if not named.")
  private Optional<Path> folder = Optional.empty();

  @Override
  public Integer call() throws Exception {
    if (!kind.equals(SELECTOR)) {
      throw new FlexoraException(
          "there is no project to make of kind '%s'; there is: %s".formatted(kind, SELECTOR));
    }
    PluginName valid = new PluginName(name);
    FlexoraCommand root = plugins.root();
    SelectorProject project = new SelectorProject(valid, root.home());
    return root.withHost(
        host -> {
          requireNew(host.catalog().extensions());
          Path made = folder.orElse(Path.of(name));
          project.write(made);
          root.console().json("project", Map.of("path", made.toString()));
          root.console().result("Made " + made + ". Next, as its README.md tells:");
          root.console().result(next(made));
          return ExitCodes.OK;
        });
  }

  private List<String> next(Path made) {
    Path home = plugins.root().home().toAbsolutePath().normalize();
    return List.of(
        "  cd " + made,
        "  mvn package",
        "  cp target/%s-selector-1.0.0.jar \"%s/plugins/\"".formatted(name, home),
        "  flexora compare compare.yaml");
  }

  private void requireNew(List<InstalledExtension> installed) {
    installed.stream()
        .filter(one -> one.extension().kind().equals(SELECTOR))
        .filter(one -> one.extension().name().equals(name))
        .findFirst()
        .ifPresent(
            one -> {
              throw new FlexoraException(
                  "there is a selector '%s' already, in the plugin %s; write another name"
                      .formatted(name, one.plugin()));
            });
  }
}
