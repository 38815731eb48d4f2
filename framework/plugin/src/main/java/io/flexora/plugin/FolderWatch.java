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
import java.util.jar.JarFile;
import org.slf4j.LoggerFactory;

/**
 * Compares the plugins' folder with what it was. A file counts only when two looks in a row see the
 * same size and time, and a jar only when its end is there; a file is gone when two looks in a row
 * miss it.
 */
final class FolderWatch {

  private final Path folder;
  private final Consumer<Path> changed;
  private final Consumer<Path> gone;
  private final Map<Path, Mark> lastSeen = new HashMap<>();
  private final Map<Path, Mark> told = new HashMap<>();
  private final Set<Path> missedOnce = new HashSet<>();

  FolderWatch(Path folder, Consumer<Path> changed, Consumer<Path> gone) {
    this.folder = folder;
    this.changed = changed;
    this.gone = gone;
  }

  /** How a file looked. */
  private record Mark(long size, FileTime time) {

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
    now.forEach(this::compare);
    lastSeen.clear();
    lastSeen.putAll(now);
    tellGone(now.keySet());
  }

  private void compare(Path file, Mark mark) {
    if (mark.equals(lastSeen.get(file)) && !mark.equals(told.get(file))) {
      told.put(file, mark);
      tell(changed, file);
    }
  }

  /** What goes wrong with one file must not hide the others. */
  private static void tell(Consumer<Path> listener, Path file) {
    try {
      listener.accept(file);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(FolderWatch.class).warn("{} cannot be taken up", file, e);
    }
  }

  private void tellGone(Set<Path> present) {
    for (Path file : Set.copyOf(told.keySet())) {
      if (present.contains(file)) {
        missedOnce.remove(file);
      } else if (!missedOnce.add(file)) {
        missedOnce.remove(file);
        told.remove(file);
        tell(gone, file);
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
