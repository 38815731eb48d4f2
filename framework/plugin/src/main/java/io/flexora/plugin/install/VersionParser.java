package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import org.osgi.framework.Version;

/** Reads and compares versions. */
final class VersionParser {

  private VersionParser() {}

  static Version of(String written) {
    try {
      return Version.parseVersion(written);
    } catch (IllegalArgumentException e) {
      throw new FlexoraException(
          "'%s' is not a version of the form major.minor.micro.qualifier".formatted(written), e);
    }
  }

  static boolean isOlder(String version, String than) {
    return of(version).compareTo(of(than)) < 0;
  }
}
