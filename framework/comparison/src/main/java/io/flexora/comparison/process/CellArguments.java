package io.flexora.comparison.process;

import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.PluginHostOptions;
import io.flexora.plugin.status.PluginStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The arguments of the process of a cell.
 *
 * @param host the host to start, which looks for plugins once
 * @param plugins further plugins to install, in this order
 * @param parent the process with which it has to end, if there is one
 * @param inputs the file that says what the machine has to have; empty on the one that wrote it
 * @param folder the folder of the only cell; empty to read the folders of cells from the standard
 *     input
 */
record CellArguments(
    PluginHostOptions host,
    List<Path> plugins,
    OptionalLong parent,
    Optional<Path> inputs,
    Optional<Path> folder) {

  private static final String BUNDLES = "--bundles";
  private static final String PLUGINS_FOLDER = "--plugins-folder";
  private static final String PLUGIN = "--plugin";
  private static final String CACHE = "--cache";
  private static final String INPUTS = "--inputs";
  private static final String RUN = "--run";

  CellArguments {
    plugins = List.copyOf(plugins);
  }

  /** Tells a process of this one's to start a host like a running one. */
  static CellArguments here(PluginHost running) {
    OptionalLong parent = OptionalLong.of(ProcessHandle.current().pid());
    return of(running, parent, Optional.empty(), Optional.empty());
  }

  /**
   * Tells a process of another machine to start a host like a running one here.
   *
   * @param inputs the file that says what the machine has to have
   */
  static CellArguments elsewhere(PluginHost running, Path inputs, Path folder) {
    return of(running, OptionalLong.empty(), Optional.of(inputs), Optional.of(folder));
  }

  private static CellArguments of(
      PluginHost running, OptionalLong parent, Optional<Path> inputs, Optional<Path> folder) {
    PluginHostOptions options = running.options();
    List<Path> further =
        running.plugins().stream()
            .map(PluginStatus::location)
            .map(Path::of)
            .filter(location -> !foundBy(options, location))
            .toList();
    return new CellArguments(options, further, parent, inputs, folder);
  }

  /** Whether a host with these options takes a bundle up without being told. */
  private static boolean foundBy(PluginHostOptions options, Path location) {
    Path in = location.getParent();
    return options.bundles().stream()
            .map(CellArguments::absolute)
            .anyMatch(bundles -> bundles.equals(location) || bundles.equals(in))
        || options.pluginsFolder().map(CellArguments::absolute).filter(in::equals).isPresent();
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  List<String> words() {
    List<String> words = new ArrayList<>();
    host.bundles().forEach(path -> add(words, BUNDLES, absolute(path)));
    host.pluginsFolder().ifPresent(path -> add(words, PLUGINS_FOLDER, absolute(path)));
    plugins.forEach(path -> add(words, PLUGIN, absolute(path)));
    add(words, CACHE, absolute(host.cache()));
    parent.ifPresent(pid -> add(words, CellAttempt.PARENT, pid));
    inputs.ifPresent(path -> add(words, INPUTS, absolute(path)));
    folder.ifPresent(path -> add(words, RUN, absolute(path)));
    return words;
  }

  private static void add(List<String> words, String name, Object value) {
    words.add(name);
    words.add(value.toString());
  }

  /**
   * Reads what {@link #words} wrote.
   *
   * @throws FlexoraException if it is something else
   */
  static CellArguments parse(List<String> words) {
    try {
      return new CellArguments(
          new PluginHostOptions(
              paths(words, BUNDLES),
              paths(words, PLUGINS_FOLDER).stream().findFirst(),
              only(words, CACHE).map(Path::of).orElseThrow(),
              Duration.ZERO),
          paths(words, PLUGIN),
          only(words, CellAttempt.PARENT).stream().mapToLong(Long::parseLong).findFirst(),
          only(words, INPUTS).map(Path::of),
          only(words, RUN).map(Path::of));
    } catch (NoSuchElementException | IllegalArgumentException e) {
      throw new FlexoraException(
          "this program is started by a runner, with %s and others, and not by hand: to run an experiment, use flexora run; seen: %s"
              .formatted(CACHE, words),
          e);
    }
  }

  private static Optional<String> only(List<String> words, String name) {
    List<String> values = values(words, name);
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  private static List<Path> paths(List<String> words, String name) {
    return values(words, name).stream().map(Path::of).toList();
  }

  private static List<String> values(List<String> words, String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      if (words.get(i).equals(name)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }
}
