package io.flexora.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Lists the plugins of an installation in {@code plugins.shipped}, beside their folder: the SHA-256
 * and the path of each, as {@code sha256sum -c} reads them. The host knows by it what came with the
 * installation and what a user has dropped in.
 *
 * @since 0.1
 */
public final class ShippedPluginList {

  private ShippedPluginList() {}

  /**
   * Writes the list.
   *
   * @param arguments the folder of the installation
   */
  public static void main(String[] arguments) throws IOException {
    Path home = Path.of(arguments[0]);
    StringBuilder list = new StringBuilder();
    try (Stream<Path> files = Files.list(home.resolve("plugins"))) {
      for (Path jar : files.filter(ShippedPluginList::isShipped).sorted().toList()) {
        list.append(sha256(jar)).append("  plugins/").append(jar.getFileName()).append('\n');
      }
    }
    Files.writeString(home.resolve("plugins.shipped"), list);
  }

  private static boolean isShipped(Path file) {
    return file.getFileName().toString().matches("flexora-[a-z0-9-]+\\.jar");
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
