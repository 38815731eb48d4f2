package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import org.osgi.framework.Version;

/** Reads versions that users write. */
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
}
