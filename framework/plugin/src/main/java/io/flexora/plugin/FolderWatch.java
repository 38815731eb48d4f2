package io.flexora.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import org.slf4j.LoggerFactory;

/**
 * Compares the plugins' folder with what it was. A file counts only when two looks in a row see the
 * same size and time, and a jar only when its end is there; a file is gone when two looks in a row
 * miss it.
 */
final class FolderWatch {

  private final Path folder;
  private final Predicate<Path> changed;
  private final Predicate<Path> gone;
  private final Map<Path, Mark> lastSeen = new HashMap<>();
  private final Map<Path, Mark> told = new HashMap<>();
  private final Set<Path> missedOnce = new HashSet<>();

  /**
   * Watches a folder.
   *
   * @param changed takes up a file that is new or has changed; false to be asked again
   * @param gone lets go of a file that is gone; false to be asked again
   */
  FolderWatch(Path folder, Predicate<Path> changed, Predicate<Path> gone) {
    this.folder = folder;
    this.changed = changed;
    this.gone = gone;
  }

  /** The size and time of a file at a look. */
  private record Mark(long size, FileTime time) {

    static final Mark GONE = new Mark(-1, FileTime.fromMillis(0));

    static Mark of(Path path) throws IOException {
      Path file = Files.isDirectory(path) ? path.resolve(JarFile.MANIFEST_NAME) : path;
      return new Mark(Files.size(file), Files.getLastModifiedTime(file));
    }
  }

  /** Takes every file as it is: the look at the start. */
  void first(Consumer<Path> found) {
    told.putAll(marks());
    lastSeen.putAll(told);
    told.keySet().stream().sorted().forEach(found);
  }

  /** Compares with the look before. */
  void again() {
    Map<Path, Mark> now = marks();
    // A file that was renamed is gone before it comes.
    tellGone(now.keySet());
    now.forEach(this::compare);
    lastSeen.clear();
    lastSeen.putAll(now);
  }

  private void compare(Path file, Mark mark) {
    if (mark.equals(lastSeen.get(file)) && !mark.equals(told.get(file))) {
      if (tell(changed, file)) {
        told.put(file, mark);
      }
    }
  }

  /** What goes wrong with one file must not hide the others. */
  private static boolean tell(Predicate<Path> listener, Path file) {
    try {
      return listener.test(file);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(FolderWatch.class).warn("{} cannot be taken up", file, e);
      return true;
    }
  }

  private void tellGone(Set<Path> present) {
    for (Path file : Set.copyOf(told.keySet())) {
      if (present.contains(file)) {
        missedOnce.remove(file);
      } else if (!missedOnce.add(file)) {
        if (tell(gone, file)) {
          missedOnce.remove(file);
          told.remove(file);
        } else {
          // Should it come back, it has changed, though it may look as before.
          told.put(file, Mark.GONE);
        }
      }
    }
  }

  private Map<Path, Mark> marks() {
    Map<Path, Mark> marks = new TreeMap<>();
    for (Path file : BundleFiles.candidates(folder)) {
      try {
        marks.put(file, Mark.of(file));
      } catch (IOException e) {
        // Deleted since it was listed: the next look decides.
      }
    }
    return marks;
  }
}
