package io.flexora.api.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One try to run a cell on another machine that shares this one's folders. It says what the cell's
 * process needs; the command line is made where that runs, as it holds a path to Java and may hold
 * a process ID.
 *
 * @param cell the cell
 * @param number the number of the try, from 1
 * @param folder the folder of this try alone, on storage that both machines see, where a runner
 *     keeps its own files of the try, too
 * @param workingFolder the folder in which relative paths of the configuration begin
 * @param home the folder in which Flexora is installed here, if that is known
 * @param words the command line behind the path of Java's launcher. Exit code 0 means that the
 *     result is in the folder; anything else, that the process died or could not begin
 * @param environment the variables that numbers and caches depend on, by name; whatever else a
 *     machine has stays as it is
 * @since 0.1
 */
public record CellAttempt(
    Cell cell,
    int number,
    Path folder,
    Path workingFolder,
    Optional<Path> home,
    List<String> words,
    Map<String, String> environment) {

  /** The file in the folder of an attempt that takes what its process prints. */
  public static final String LOG = "process.log";

  /**
   * Behind the words of an attempt: the word before the ID of the process on that machine with
   * which the cell has to end, if there is one.
   */
  public static final String PARENT = "--parent";

  /** Copies the collections. */
  public CellAttempt {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** The file that takes what the process prints. */
  public Path log() {
    return folder.resolve(LOG);
  }

  /**
   * The same try where Flexora is installed in another folder. The folder of the try is the same
   * there, also where it is within that of the installation.
   *
   * @param there the folder of the installation on the machine that runs the cell
   * @throws FlexoraException if it is not known where Flexora is installed here
   */
  public CellAttempt installedIn(Path there) {
    Path from =
        home.orElseThrow(
            () ->
                new FlexoraException(
                    ("it is not known where Flexora is installed here, so its paths cannot be"
                            + " told for an installation in %s; start Flexora by its launcher, or"
                            + " install it in the same folder everywhere")
                        .formatted(there)));
    Pattern installed =
        Pattern.compile("(?<![^=:;,/])(?!%s)%s".formatted(pattern(folder), pattern(from)));
    String to = Matcher.quoteReplacement(there.toString());
    List<String> moved =
        words.stream().map(word -> installed.matcher(word).replaceAll(to)).toList();
    return new CellAttempt(cell, number, folder, workingFolder, home, moved, environment);
  }

  /** A folder, and not the beginning of another one's name. */
  private static String pattern(Path folder) {
    return Pattern.quote(folder.toString()) + "(?![^=:;,/\\\\])";
  }
}
