package io.flexora.cli.plugins;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.scaffold.ExtensionPoints;
import io.flexora.cli.scaffold.PluginName;
import io.flexora.cli.scaffold.PluginProject;
import io.flexora.plugin.extension.InstalledExtension;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the project of a new plugin. */
@Command(
    name = "new",
    description = {
      "Makes a Maven project of a new plugin: one that works, to be changed. `mvn verify` builds it"
          + " and runs its conformance suite; its jar goes into plugins/, and the project's example"
          + " uses it.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins new selector my-strategy",
      "  flexora plugins new metric my-score --folder ~/work/my-score"
    })
final class PluginNewCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      completionCandidates = KindNames.class,
      description = "The kind of extension: one of ${COMPLETION-CANDIDATES}.")
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

  /** The kinds of the extension points. */
  static final class KindNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return ExtensionPoints.all().keySet().iterator();
    }
  }

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    PluginProject project = new PluginProject(kind, new PluginName(name), root.home());
    return root.withHost(
        host -> {
          requireNew(host.catalog().ofKind(kind));
          Path made = folder.orElse(Path.of(name));
          project.write(made);
          root.console().json("project", Map.of("path", made.toString()));
          root.console().result("Made " + made + ". Next, as its README.md tells:");
          root.console().result(next(project, made));
          return ExitCodes.OK;
        });
  }

  private List<String> next(PluginProject project, Path made) {
    Path home = FlexoraCommand.of(spec.commandLine()).home().toAbsolutePath().normalize();
    return List.of(
        "  cd " + made,
        "  mvn verify",
        "  cp target/%s-1.0.0.jar \"%s/plugins/\"".formatted(project.artifact(), home),
        "  flexora " + String.join(" ", project.use()));
  }

  private void requireNew(List<InstalledExtension> installed) {
    installed.stream()
        .filter(one -> one.extension().name().equals(name))
        .findFirst()
        .ifPresent(
            one -> {
              throw new FlexoraException(
                  "there is a %s '%s' already, in the plugin %s; write another name"
                      .formatted(kind, name, one.plugin()));
            });
  }
}
