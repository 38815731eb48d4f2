package io.flexora.dataset.files;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.dataset.files.read.DataFile;
import io.flexora.dataset.files.read.Format;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A file, a folder or a glob, wherever it is. */
final class DataLocation {
  private static final Pattern GLOB = Pattern.compile("[*?{]");
  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+-]*:.*");
  private static final int DEEPEST = 20;
  private static final int SHOWN = 8;
  // What the datasets library writes beside its rows.
  private static final Set<String> NOT_ROWS =
      Set.of("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json");
  private final String written;
  private final Sources sources;
  private final Format format;

  DataLocation(String written, Sources sources, Format format) {
    this.written = written;
    this.sources = sources;
    this.format = format;
  }

  /** Whether a text begins with the name of a source. */
  static boolean hasScheme(String text) {
    return SCHEME.matcher(text).matches();
  }

  /** A location below a folder or beside a file's other parts. */
  static String below(String folder, String path) {
    String base = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
    return base.endsWith(":") ? base + path : base + "/" + path;
  }

  /**
   * Brings the files.
   *
   * @return at least one, by name
   * @throws IOException if they cannot be brought
   * @throws FlexoraException if there is none with rows
   */
  List<DataFile> files() throws IOException {
    Matcher glob = GLOB.matcher(written);
    if (glob.find()) {
      int cut = Math.max(written.lastIndexOf('/', glob.start()), written.indexOf(':'));
      String folder = written.substring(0, written.charAt(cut) == '/' ? cut : cut + 1);
      String base = folder.endsWith(":") ? folder + "." : folder;
      return matching(base, written.substring(cut + 1));
    }
    Path path = sources.fetch(written);
    if (Files.isDirectory(path)) {
      return named(written, names(path).stream().filter(this::hasRows).toList(), names(path));
    }
    String name = path.getFileName().toString();
    return List.of(file(name, path));
  }

  private List<DataFile> matching(String base, String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    Path folder = sources.fetchMatching(base, glob);
    if (!Files.isDirectory(folder)) {
      throw new FlexoraException(
          "dataset files: %s: %s is no folder in which to look for %s"
              .formatted(written, base, glob));
    }
    List<String> all = names(folder);
    return named(base, all.stream().filter(n -> matcher.matches(Path.of(n))).toList(), all);
  }

  /** Fetches each file by its own location, so that its hash is in the run's record. */
  private List<DataFile> named(String base, List<String> names, List<String> all)
      throws IOException {
    if (names.isEmpty()) {
      throw new FlexoraException(
          "dataset files: %s has no file with rows (%s); it has %s"
              .formatted(written, Format.allEndings(), shown(all)));
    }
    List<DataFile> files = new ArrayList<>();
    for (String name : names) {
      files.add(file(name, sources.fetch(below(base, name))));
    }
    return files;
  }

  private static String shown(List<String> names) {
    return names.isEmpty()
        ? "no file at all"
        : String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
            + (names.size() > SHOWN ? ", ..." : "");
  }

  private boolean hasRows(String name) {
    return Format.ofName(name).isPresent() && !NOT_ROWS.contains(name);
  }

  private DataFile file(String name, Path path) {
    if (format != Format.AUTO) {
      return new DataFile(name, path, format);
    }
    return new DataFile(
        name,
        path,
        Format.ofName(name)
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "dataset files: the name of %s does not end in %s; say which it is by format"
                            .formatted(name, Format.allEndings()))));
  }

  /** The files of a folder by their paths below it, but for hidden ones. */
  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
      return paths
          .filter(Files::isRegularFile)
          .map(folder::relativize)
          .filter(DataLocation::isVisible)
          .map(p -> p.toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  private static boolean isVisible(Path path) {
    return StreamSupport.stream(path.spliterator(), false)
        .noneMatch(part -> part.toString().startsWith(".") || part.toString().startsWith("_"));
  }
}
