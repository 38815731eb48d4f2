package io.flexora.comparison.process;

import io.flexora.api.run.FlexoraException;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The files of this machine that configurations name: values that are the path of a file or a
 * folder that is there, with or without a scheme in front; behind a scheme also a glob, or an
 * archive with one of its entries, where the archive counts. Each file is read once.
 *
 * @since 0.1
 */
public final class LocalFiles {

  /** Larger ones are known by their size: to read the weights of a model takes minutes. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int MOST_FILES = 1000;
  private static final int DEEPEST = 20;
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+-]*:");
  private static final Pattern GLOB = Pattern.compile("[*?{]");
  private static final String ENTRY = "!/";
  private static final String OF_HOME = "~/";

  private final Path home;
  private final Map<Path, FileHash> known = new ConcurrentHashMap<>();

  /** Begins with none. */
  public LocalFiles() {
    this(Path.of(System.getProperty("user.home")));
  }

  LocalFiles(Path home) {
    this.home = home;
  }

  /**
   * Size and hash of each file, by its absolute path: of a folder with those below it, except
   * hidden ones, the first thousand.
   *
   * @param run a folder that is written to; of a folder that it is in, what is beside it and
   *     written to, too, does not count
   */
  public Map<String, FileHash> of(ConfigNode configuration, Path run) {
    Map<String, FileHash> files = new TreeMap<>();
    collect(configuration, run.toAbsolutePath().normalize(), files);
    return files;
  }

  private void collect(ConfigNode node, Path run, Map<String, FileHash> files) {
    if (node instanceof ConfigNode.Mapping mapping) {
      mapping.entries().forEach(entry -> collect(entry.value(), run, files));
    } else if (node instanceof ConfigNode.Sequence sequence) {
      sequence.elements().forEach(element -> collect(element, run, files));
    } else if (node instanceof ConfigNode.Scalar scalar) {
      named(scalar.text(), run).stream()
          .limit(MOST_FILES)
          .forEach(
              file -> files.put(file.toString(), known.computeIfAbsent(file, LocalFiles::hash)));
    }
  }

  /** The files that a value names; none if it is something else. */
  private List<Path> named(String value, Path run) {
    Matcher scheme = SCHEME.matcher(value);
    boolean hasScheme = scheme.lookingAt();
    String location = hasScheme ? value.substring(scheme.end()) : value;
    if (location.isBlank() || (!hasScheme && !value.contains("/"))) {
      return List.of();
    }
    int entry = location.indexOf(ENTRY);
    String place = entry < 0 ? location : location.substring(0, entry);
    try {
      Path path = path(place);
      if (Files.isRegularFile(path)) {
        return List.of(path);
      }
      if (Files.isDirectory(path)) {
        // A slash alone is a separator of something rather than all there is.
        return path.getParent() == null ? List.of() : below(path, DEEPEST, run);
      }
      return hasScheme ? matching(place, run) : List.of();
    } catch (InvalidPathException | PatternSyntaxException e) {
      return List.of();
    }
  }

  private Path path(String written) {
    Path path =
        written.startsWith(OF_HOME)
            ? home.resolve(written.substring(OF_HOME.length()))
            : Path.of(written);
    return path.toAbsolutePath().normalize();
  }

  private List<Path> matching(String written, Path run) {
    Matcher first = GLOB.matcher(written);
    if (!first.find()) {
      return List.of();
    }
    int cut = written.lastIndexOf('/', first.start()) + 1;
    Path folder = path(written.substring(0, cut));
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    String glob = written.substring(cut);
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    int deep = glob.contains("**") ? DEEPEST : glob.split("/", -1).length;
    return below(folder, deep, run).stream()
        .filter(file -> matcher.matches(folder.relativize(file)))
        .toList();
  }

  /** The files of a folder by name, except hidden ones and those of its folder that holds a run. */
  private static List<Path> below(Path folder, int deep, Path run) {
    List<Path> files = new ArrayList<>();
    FileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
            boolean counts =
                entered.equals(folder) || !(isHidden(entered) || run.startsWith(entered));
            return counts ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isHidden(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            // What nobody can look into is not read by a cell either.
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), deep, visitor);
    } catch (IOException e) {
      throw cannotRead(folder, e);
    }
    return files.stream().sorted().toList();
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static FileHash hash(Path file) {
    try {
      long bytes = Files.size(file);
      return bytes > MOST_BYTES ? new FileHash(bytes, "") : FileHash.of(file);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private static FlexoraException cannotRead(Path path, IOException e) {
    return ReadFailure.explain(path, e);
  }
}
