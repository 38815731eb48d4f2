package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The default index of plugins: a file with its path or address, of the user ({@code
 * ~/.config/flexora/plugins.index}) or else of the installation ({@code plugins.index} beside the
 * folder of plugins). A relative path starts from the file's folder.
 *
 * @param user the user's file, which may not exist
 * @param installation the installation's file, which may not exist
 */
record IndexChoice(Path user, Path installation) {

  private static final String NAME = "plugins.index";
  private static final int BYTES_MAXIMUM = 1 << 16;

  /** The files of this user and of the installation with a folder of plugins. */
  static IndexChoice of(Path pluginsFolder, UnaryOperator<String> environment) {
    String configuration = environment.apply("XDG_CONFIG_HOME");
    Path folder =
        configuration != null && Path.of(configuration).isAbsolute()
            ? Path.of(configuration)
            : Path.of(System.getProperty("user.home"), ".config");
    return new IndexChoice(
        folder.resolve("flexora").resolve(NAME), pluginsFolder.resolveSibling(NAME));
  }

  /**
   * The path or address of the default index; empty without one.
   *
   * @throws FlexoraException if the file cannot be read or has not one line
   */
  Optional<String> location() {
    return Files.exists(user)
        ? Optional.of(read(user))
        : Files.exists(installation) ? Optional.of(read(installation)) : Optional.empty();
  }

  private static String read(Path file) {
    try {
      List<String> lines =
          Files.size(file) > BYTES_MAXIMUM
              ? List.of()
              : Files.readString(file).lines().filter(line -> !line.isBlank()).toList();
      if (lines.size() != 1) {
        throw new FlexoraException(
            file + " has to have one line: the path or address of an index of plugins");
      }
      String line = lines.get(0).strip();
      return PluginFinder.isPathLike(line)
          ? file.toAbsolutePath().resolveSibling(line).normalize().toString()
          : line;
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  /** Makes an index the user's default. */
  void choose(String location) {
    try {
      Files.createDirectories(user.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw WriteFailure.explain(user, e);
    }
    DurableFile.write(user, location + "\n");
  }

  /** Forgets the user's choice. */
  void forget() {
    try {
      Files.deleteIfExists(user);
    } catch (IOException e) {
      throw WriteFailure.explain(user, e);
    }
  }
}
