package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import org.osgi.framework.Version;

/** Reads versions that users write. */
final class Versions {

  private Versions() {}

  static Version of(String written) {
    try {
      return Version.parseVersion(written);
    } catch (IllegalArgumentException e) {
      throw new FlexoraException(
          "'%s' is not a version of the form major.minor.micro.qualifier".formatted(written), e);
    }
  }
}
