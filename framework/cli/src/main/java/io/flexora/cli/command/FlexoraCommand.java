package io.flexora.cli.command;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.Terminal;
import io.flexora.files.machine.ProcessExit;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options that every command shares, and its way to the host. */
@Command(
    name = "flexora",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = false,
    description =
        "Finds the layers of a transformer worth adapting, fine-tunes them with LoRA, and compares"
            + " the result with other selection strategies.",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:Success.",
      "  1:The run or one of its cells failed, or its results could not be printed.",
      "  2:Invalid command line, configuration or file; nothing was run.",
      "130:Cancelled by Ctrl-C (143: by kill); `flexora resume` continues."
    })
public class FlexoraCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--home",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Installation folder, which contains bundles/ and plugins/.")
  private Optional<Path> home = Optional.empty();

  @Option(
      names = "--plugins",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Additional folder of plugin jars; repeatable.")
  private List<Path> plugins = new ArrayList<>();

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print only results and errors.")
  private boolean quiet;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print JSON lines; the member `type` of each object tells its kind.")
  private boolean json;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print stack traces and the host's log.")
  private boolean debug;

  private final Terminal terminal;
  private final ProcessExit exit;

  /**
   * Makes the root.
   *
   * @param exit is told what the process is doing
   */
  public FlexoraCommand(Terminal terminal, ProcessExit exit) {
    this.terminal = terminal;
    this.exit = exit;
  }

  /** The listener, and beside it whoever is told what the process is doing. */
  public RunListener observed(RunListener listener) {
    return new ActivityListener(listener, exit::during);
  }

  /** The root of a command line or of one of its subcommands. */
  public static FlexoraCommand of(CommandLine line) {
    CommandLine root = line;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getCommand();
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "a command is missing: one of "
            + String.join(", ", spec.subcommands().keySet())
            + ". To begin: flexora run config/quickstart.yaml");
  }

  /** Starts the host with the plugins as they are now, calls, and closes the host again. */
  public int withHost(HostCall call) throws Exception {
    return withUncheckedHost(
        host -> {
          host.plugins().requireShipped();
          host.plugins().requireAsLocked();
          return call.on(host);
        });
  }

  /** Does the same, whether or not the plugins' folder holds what its lock names. */
  public int withUncheckedHost(HostCall call) throws Exception {
    return withHost(builder().pollInterval(Duration.ZERO), call);
  }

  /** Does the same with a host that follows the changes in the plugins' folder. */
  public int withWatchingHost(HostCall call) throws Exception {
    Logging.prepare();
    return withHost(builder(), call);
  }

  /** Calls with the installed reports of a comparison. */
  public int withReports(ReportsCall call) throws Exception {
    return withHost(host -> call.on(host.comparisonReports()));
  }

  private int withHost(FlexoraHost.Builder builder, HostCall call) throws Exception {
    if (debug) {
      Logging.debug();
    }
    FlexoraHost started = builder.start();
    try (started) {
      exit.owners(started.plugins()::pluginOf);
      plugins.forEach(folder -> install(started, folder));
      return call.on(started);
    } finally {
      started.plugins().complaints().forEach(console()::message);
    }
  }

  private FlexoraHost.Builder builder() {
    FlexoraHost.Builder builder = FlexoraHost.builder().home(home());
    Optional.ofNullable(System.getProperty("flexora.cache"))
        .ifPresent(cache -> builder.cache(Path.of(cache)));
    return builder;
  }

  /** The folder of the installation. */
  public Path home() {
    Path folder =
        home.or(() -> Optional.ofNullable(System.getProperty("flexora.home")).map(Path::of))
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "there is no installation to use; name its folder with --home"));
    if (!Files.isDirectory(folder.resolve("bundles"))) {
      throw new FlexoraException(
          folder + " is not an installation of Flexora: it has no folder bundles");
    }
    return folder;
  }

  /** The arguments by which another command uses the same installation and plugins. */
  public List<String> installation() {
    List<String> arguments = new ArrayList<>(List.of("--home", home().toString()));
    plugins.forEach(
        folder -> arguments.addAll(List.of("--plugins", folder.toAbsolutePath().toString())));
    return arguments;
  }

  private static void install(FlexoraHost host, Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(".jar"))
          .sorted()
          .forEach(host.plugins()::install);
    } catch (IOException e) {
      throw new FlexoraException("--plugins " + folder + " is not a folder that can be read", e);
    }
  }

  /** Where the commands write. */
  public Console console() {
    CommandLine line = spec.commandLine();
    return new Console(
        line.getOut(), line.getErr(), new Console.Verbosity(quiet, json, debug), terminal);
  }
}
