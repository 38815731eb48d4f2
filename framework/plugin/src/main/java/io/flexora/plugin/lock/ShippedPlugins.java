package io.flexora.plugin.lock;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The plugins that came with an installation, whose names no other plugin takes: the bundles of the
 * host's own, and the jars that the file beside the plugins' folder names, {@code plugins.shipped}
 * for the folder {@code plugins}. Each line has the SHA-256 and the path of a jar, as {@code
 * sha256sum} writes them; the jar is called like the plugin.
 */
public final class ShippedPlugins {

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](?:.*/)?([^/]+)\\.jar");
  private static final long BYTES_MAXIMUM = 4L << 20;

  private final Path folder;
  private final Map<String, String> digests;
  private final Set<String> bundles = ConcurrentHashMap.newKeySet();

  private ShippedPlugins(Path folder, Map<String, String> digests) {
    this.folder = folder;
    this.digests = digests;
  }

  /**
   * Reads the list of a plugins' folder; one that is not there names nothing.
   *
   * @throws FlexoraException if it cannot be read or is damaged
   */
  public static ShippedPlugins of(Optional<Path> pluginsFolder) {
    Path folder = pluginsFolder.orElse(Path.of("plugins")).toAbsolutePath().normalize();
    Path file = folder.resolveSibling(folder.getFileName() + ".shipped");
    return new ShippedPlugins(
        folder, pluginsFolder.isEmpty() || Files.notExists(file) ? Map.of() : read(file));
  }

  private static Map<String, String> read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > BYTES_MAXIMUM) {
        throw damaged(file, "it is no file of at most %,d bytes".formatted(BYTES_MAXIMUM));
      }
      Map<String, String> digests = new HashMap<>();
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        Matcher line = LINE.matcher(lines.get(i));
        if (!line.matches()) {
          throw damaged(file, "line %d is no SHA-256 with the path of a jar".formatted(i + 1));
        }
        digests.put(line.group(2), line.group(1));
      }
      return digests;
    } catch (IOException e) {
      throw damaged(file, e.toString());
    }
  }

  private static FlexoraException damaged(Path file, String why) {
    return new FlexoraException(
        "%s cannot be used: %s. Restore it from the installation's archive".formatted(file, why));
  }

  /** Reserves the symbolic name of a bundle of the host's own. */
  public void reserve(String symbolicName) {
    bundles.add(symbolicName);
  }

  /** Whether a symbolic name is that of a shipped plugin or bundle. */
  public boolean isReserved(String symbolicName) {
    return bundles.contains(symbolicName) || digests.containsKey(symbolicName);
  }

  /** Whether a jar lies where a shipped plugin does, whatever is in it. */
  public boolean isListed(Path source) {
    return folder.equals(source.getParent()) && digests.containsKey(name(source));
  }

  /**
   * Whether a jar is a shipped plugin.
   *
   * @param source where it came from
   * @param inUse what is going to be used, which is what is compared
   */
  public boolean isShipped(Path source, Path inUse) throws IOException {
    return isListed(source)
        && Files.isRegularFile(inUse)
        && FileHash.of(inUse).sha256().equals(digests.get(name(source)));
  }

  private static String name(Path jar) {
    return jar.getFileName().toString().replaceFirst("\\.jar$", "");
  }
}
