package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resolved configuration of a run or a comparison, as YAML below a comment with its hash. One
 * that somebody has written without that line is taken as it is.
 */
final class ConfigurationFile {

  private static final long LARGEST = 16L << 20;
  private static final String WORDS = "SHA-256 of what follows: ";
  private static final String HEADER = "# " + WORDS;
  private static final Pattern SEALED =
      Pattern.compile(Pattern.quote(HEADER) + "([0-9a-f]{64})\n(.*)", Pattern.DOTALL);

  private ConfigurationFile() {}

  /** The content of the file. */
  static String content(String configuration) {
    return HEADER + hash(configuration) + "\n" + configuration;
  }

  private static String hash(String configuration) {
    return FileHash.of(configuration.getBytes(StandardCharsets.UTF_8)).sha256();
  }

  /**
   * Reads the configuration.
   *
   * @throws FlexoraException if it cannot be read, or was changed
   */
  static String read(Path file) {
    try {
      // Damaged bytes need not be valid UTF-8; what they become here has another hash.
      return configuration(
          file, new String(RegularFile.bytes(file, LARGEST), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  private static String configuration(Path file, String content) {
    Matcher sealed = SEALED.matcher(content);
    if (!sealed.matches()) {
      // What is left of the comment tells a damaged file from one without it.
      if (content.isBlank() || content.startsWith("#") || content.contains(WORDS)) {
        throw changed(file, "its first line is not the SHA-256 of what follows");
      }
      return content;
    }
    String found = hash(sealed.group(2));
    if (!found.equals(sealed.group(1))) {
      throw changed(
          file,
          "the SHA-256 of what follows its first line is %s instead of %s"
              .formatted(FileHash.brief(found), FileHash.brief(sealed.group(1))));
    }
    return sealed.group(2);
  }

  private static FlexoraException changed(Path file, String how) {
    return new FlexoraException(
        "%s was changed after it was written: %s. Take the change back; to run a changed configuration, copy the file and run the copy"
            .formatted(file, how));
  }
}
