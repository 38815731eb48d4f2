package io.flexora.files.durable;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hashes of a folder's files in a file {@value #NAME}, as {@code sha256sum -c} reads it.
 *
 * @since 0.1
 */
public final class Sha256Sums {

  /** The name of the file. */
  public static final String NAME = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (\\S.*)");
  private static final long MOST_BYTES = 1 << 20;

  private Sha256Sums() {}

  /**
   * Writes the file.
   *
   * @param files the files by name
   * @throws IOException if it cannot be written
   */
  public static void write(DurableFolder.Staging folder, Map<String, FileHash> files)
      throws IOException {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(files)
        .forEach((name, hash) -> text.append("%s  %s\n".formatted(hash.sha256(), name)));
    folder.write(NAME, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Compares files of a folder with the hashes that it has of them.
   *
   * @param names the files that have to be named
   * @return what is wrong, with the file's name; empty if nothing is, or the folder has no hashes
   * @throws IOException if a file cannot be read
   */
  public static Optional<String> difference(Path folder, Set<String> names) throws IOException {
    Path sums = folder.resolve(NAME);
    if (Files.notExists(sums)) {
      return Optional.empty();
    }
    if (Files.size(sums) > MOST_BYTES) {
      return Optional.of(sums + " is damaged: it has more than " + MOST_BYTES + " bytes");
    }
    // Damaged bytes are no valid UTF-8; what they become here matches no name.
    String text = new String(RegularFile.bytes(sums), StandardCharsets.UTF_8);
    Map<String, String> hashes = new TreeMap<>();
    for (String line : text.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        return Optional.of(sums + " is damaged: a line of it is no SHA-256 with a name");
      }
      hashes.put(matcher.group(2), matcher.group(1));
    }
    for (String name : names.stream().sorted().toList()) {
      Optional<String> wrong =
          difference(folder.resolve(name), Optional.ofNullable(hashes.get(name)));
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(Path file, Optional<String> recorded)
      throws IOException {
    if (recorded.isEmpty()) {
      return Optional.of("%s is not named in %s beside it".formatted(file, NAME));
    }
    if (!Files.isRegularFile(file)) {
      return Optional.of(file + " is missing");
    }
    FileHash found = FileHash.of(file);
    return found.sha256().equals(recorded.get())
        ? Optional.empty()
        : Optional.of(
            "%s is not as %s beside it says: its SHA-256 is %s instead of %s"
                .formatted(file, NAME, found.brief(), FileHash.brief(recorded.get())));
  }

  /**
   * Requires that files of a folder are as its hashes say.
   *
   * @throws FlexoraException if one is not; the message names it
   * @throws IOException as {@link #difference}
   */
  public static void require(Path folder, Set<String> names) throws IOException {
    Optional<String> wrong = difference(folder, names);
    if (wrong.isPresent()) {
      throw new FlexoraException(
          "%s; take the folder from where it was made again, or delete %s if the change was meant"
              .formatted(wrong.get(), folder.resolve(NAME)));
    }
  }
}
