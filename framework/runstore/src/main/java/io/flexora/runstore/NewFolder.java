package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes folders that never have their names without what has to be in them. */
final class NewFolder {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final String HIDDEN = ".";
  private static final Pattern UNFINISHED =
      Pattern.compile("\\..+-\\d{8}-\\d{6}-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  // Far longer than it takes to make one.
  private static final Duration LONG = Duration.ofHours(1);
  private static final int ATTEMPTS = 20;

  private NewFolder() {}

  /** The name of a folder of that time: {@code NAME-yyyyMMdd-HHmmss}. */
  static String name(String name, LocalDateTime now) {
    return fileName(name) + "-" + TIME.format(now);
  }

  /** The name as a file can have it: what it cannot hold becomes a hyphen. */
  static String fileName(String name) {
    String safe = name.strip().replaceAll("[^\\p{L}\\p{N}._+-]+", "-").replaceAll("^[.+-]+", "");
    return safe.isEmpty() ? "run" : safe;
  }

  /**
   * Makes a folder, with a number behind its name if there is one of that name. What was left by
   * processes that were killed long ago while they did so is removed, if it can be.
   *
   * @param parent where it lies; made if it is not there
   * @param files the content of the files in it, by name
   */
  static Path numbered(Path parent, String name, Map<String, String> files) {
    if (Files.isDirectory(parent)) {
      sweepOld(parent);
    }
    return make(parent, name, files, hidden -> named(hidden, parent, name));
  }

  /** Makes a folder of exactly that name. */
  static void exact(Path path, Map<String, String> files) {
    make(path.getParent(), path.getFileName().toString(), files, hidden -> moved(hidden, path));
  }

  /**
   * Makes a folder and removes it again, with the folders above it that were not there: what fails
   * when a folder is made fails here.
   *
   * @param parent where it would lie
   */
  static void rehearse(Path parent, String name, Map<String, String> files) {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = parent.toAbsolutePath(); at != null && Files.notExists(at); ) {
      missing.add(at);
      at = at.getParent();
    }
    try {
      make(
          parent,
          name,
          files,
          hidden -> {
            DurableFolder.delete(hidden);
            return hidden;
          });
    } finally {
      missing.forEach(NewFolder::removeEmpty);
    }
  }

  /** Another run may have begun in it meanwhile. */
  private static void removeEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // It is in use, and stays.
    }
  }

  /**
   * Removes what was left by a process that was killed while it made a folder in this one, which
   * nobody else does now.
   */
  static void sweep(Path parent) {
    sweep(parent, NewFolder::isHidden);
  }

  private static void sweepOld(Path parent) {
    try {
      sweep(parent, entry -> isUnfinished(entry) && isOld(entry));
    } catch (FlexoraException e) {
      // It may be another user's, or another process removes it now: it is in nobody's way.
    }
  }

  private static void sweep(Path parent, Predicate<Path> left) {
    try (Stream<Path> entries = Files.list(parent)) {
      for (Path entry : entries.filter(left).toList()) {
        DurableFolder.delete(entry);
      }
    } catch (IOException e) {
      throw WriteFailure.explain(parent, e);
    }
  }

  private static boolean isHidden(Path entry) {
    return entry.getFileName().toString().startsWith(HIDDEN) && Files.isDirectory(entry);
  }

  private static boolean isUnfinished(Path entry) {
    return isHidden(entry) && UNFINISHED.matcher(entry.getFileName().toString()).matches();
  }

  private static boolean isOld(Path entry) {
    try {
      Instant changed = Files.getLastModifiedTime(entry).toInstant();
      return changed.isBefore(Instant.now().minus(LONG));
    } catch (IOException e) {
      // It has got its name, or is gone.
      return false;
    }
  }

  private static Path make(Path parent, String name, Map<String, String> files, Naming naming) {
    try {
      Path hidden = hidden(parent, name);
      try {
        files.forEach((file, content) -> DurableFile.write(hidden.resolve(file), content));
        return naming.name(hidden);
      } catch (IOException | RuntimeException e) {
        DurableFolder.delete(hidden);
        throw e;
      }
    } catch (IOException e) {
      throw WriteFailure.explain(parent.resolve(name), e);
    }
  }

  /** Another one that is rehearsed removes a parent that was not there, as long as it is empty. */
  private static Path hidden(Path parent, String name) throws IOException {
    Path hidden = parent.resolve(HIDDEN + name + "-" + UUID.randomUUID());
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(parent);
        return Files.createDirectory(hidden);
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Path moved(Path hidden, Path path) throws IOException {
    if (Files.exists(path)) {
      throw new FlexoraException(path + " is there already");
    }
    return Files.move(hidden, path);
  }

  private static Path named(Path hidden, Path parent, String name) throws IOException {
    for (int n = 1; ; n++) {
      Path path = parent.resolve(n == 1 ? name : name + "-" + n);
      try {
        return Files.move(hidden, path);
      } catch (FileSystemException e) {
        if (Files.notExists(path)) {
          throw e;
        }
        // Taken by a run that started in the same second; try the next number.
      }
    }
  }

  /** Gives a folder that is complete its name. */
  private interface Naming {
    Path name(Path hidden) throws IOException;
  }
}
