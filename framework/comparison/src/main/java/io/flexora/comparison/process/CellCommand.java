package io.flexora.comparison.process;

import io.flexora.plugin.PluginHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a process that runs cells as this one would: the same Java with the same
 * options and class path, the same bundles and plugins. The environment is the starter's to give;
 * one that is inherited is right.
 *
 * @since 0.1
 */
public final class CellCommand {

  private final PluginHost host;

  /**
   * Prepares commands.
   *
   * @param host the host whose bundles and plugins the process takes
   */
  public CellCommand(PluginHost host) {
    this.host = host;
  }

  /**
   * Gives the command line of another Java like this one, up to its main class.
   *
   * @param folder where a crash of it is described
   */
  public static List<String> java(Path folder) {
    return List.copyOf(JavaCommand.line(folder, List.of()));
  }

  /**
   * Gives the command line of a process that starts as that of a cell does, and ends at once.
   *
   * @param javaOptions as for {@link #of}
   */
  public static List<String> trial(List<String> javaOptions) {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    List<String> command = new ArrayList<>(JavaCommand.line(folder, javaOptions));
    command.add("-version");
    return List.copyOf(command);
  }

  /**
   * Gives the command line of a process that runs cells one after the other, as {@link
   * io.flexora.api.run.CellExecution#command} says. Each cell goes on from where it stands. When
   * the process is asked to end or this one dies, it ends with a checkpoint; its exit code is that
   * of {@link CellProcess}.
   *
   * @param crashes the folder in which a crash is described
   * @param javaOptions further options of the Java virtual machine; they go over those of this one
   */
  public List<String> of(Path crashes, List<String> javaOptions) {
    Path folder = crashes.toAbsolutePath().normalize();
    List<String> command = new ArrayList<>(JavaCommand.line(folder, javaOptions));
    command.add(CellProcess.class.getName());
    command.addAll(CellArguments.here(host).words());
    return List.copyOf(command);
  }

  /**
   * Gives the command line for one cell on another machine, behind the path of Java's launcher.
   * What may be a secret among the options of this Java is left out, since files may hold them.
   *
   * @param run the folder of the run, which the machine sees, too
   * @param inputs what the machine has to have, as {@link CellInputs#write} wrote it
   * @param javaOptions as for {@link #of}
   */
  public List<String> elsewhere(Path run, Path inputs, List<String> javaOptions) {
    Path folder = run.toAbsolutePath().normalize();
    List<String> line = JavaCommand.elsewhere(folder, javaOptions);
    List<String> words = new ArrayList<>(line.subList(1, line.size()));
    words.add(CellProcess.class.getName());
    words.addAll(CellArguments.elsewhere(host, inputs, folder).words());
    return List.copyOf(words);
  }
}
