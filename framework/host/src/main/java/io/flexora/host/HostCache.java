package io.flexora.host;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.UserCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder for what a host keeps while it runs, among it the copies of plugins that are checked and
 * then run: none that another user may have made.
 */
final class HostCache {

  private HostCache() {}

  /** A folder in the user's cache or, where that cannot be used, a temporary one. */
  static Path folder() {
    return usable(UserCache.folder("host"));
  }

  static Path usable(Path own) {
    return isUsable(own) ? own : temporary(own);
  }

  /** A user without a home has a relative one. */
  private static boolean isUsable(Path own) {
    try {
      return own.isAbsolute() && Files.isWritable(Files.createDirectories(own));
    } catch (IOException e) {
      return false;
    }
  }

  private static Path temporary(Path own) {
    try {
      // Nobody else may enter it.
      Path folder = Files.createTempDirectory("flexora-");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new FlexoraException(
          "neither %s nor a temporary folder can be written (%s); set the host's cache to a folder that can"
              .formatted(own, e.getMessage()),
          e);
    }
  }
}
