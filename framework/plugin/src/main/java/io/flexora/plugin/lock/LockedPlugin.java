package io.flexora.plugin.lock;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.flexora.api.run.FlexoraException;
import java.util.regex.Pattern;

/**
 * A plugin that was installed by name.
 *
 * @param name its symbolic name
 * @param version its version
 * @param file the name of its jar in the plugins' folder
 * @param source what the user named: a path, an address, the location of a source, or the name of
 *     an entry of the index
 * @param index the index that has the entry; empty without one
 * @param location where the jar came from exactly
 * @param sha256 the SHA-256 of the jar in lower-case hexadecimal digits
 * @param bytes the size of the jar
 * @param signedBy the SHA-256 of the public key that signed every entry of the jar; empty if no
 *     signature was asked for
 * @since 0.1
 */
public record LockedPlugin(
    String name,
    String version,
    String file,
    String source,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String index,
    String location,
    String sha256,
    long bytes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String signedBy) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,199}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks each value, since locks are edited by hand and come from elsewhere.
   *
   * @throws FlexoraException if one is missing or not of its form
   */
  public LockedPlugin {
    index = index == null ? "" : index;
    signedBy = signedBy == null ? "" : signedBy;
    require(isName(name), "name", name, "letters, digits, '.', '_' and '-'");
    require(isName(file), "file", file, "the name of a file in the plugins' folder");
    require(version != null, "version", version, "the version of the plugin");
    require(source != null, "source", source, "where the plugin was asked for");
    require(location != null, "location", location, "where the jar came from");
    require(isDigest(sha256), "sha256", sha256, "64 lower-case hexadecimal digits");
    require(
        signedBy.isEmpty() || isDigest(signedBy),
        "signed_by",
        signedBy,
        "64 lower-case hexadecimal digits");
  }

  /** Whether a symbolic name can also name a file. */
  public static boolean isName(String text) {
    return text != null && NAME.matcher(text).matches();
  }

  static boolean isDigest(String text) {
    return text != null && DIGEST.matcher(text).matches();
  }

  static void require(boolean holds, String key, String seen, String accepted) {
    if (!holds) {
      throw new FlexoraException(
          "%s is '%s'; accepted are %s"
              .formatted(key, String.valueOf(seen).replaceAll("\\p{C}", "?"), accepted));
    }
  }
}
