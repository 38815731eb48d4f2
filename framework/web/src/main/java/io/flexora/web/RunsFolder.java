package io.flexora.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The runs and comparisons in a folder by their names, {@code RUN} or {@code COMPARISON/CELL}. No
 * name and no link leads out of the folder.
 *
 * @param path the folder; may not be there yet
 */
record RunsFolder(Path path) {

  private static final String CELLS = "cells";
  private static final Pattern PART = Pattern.compile("[^./\\\\\\x00-\\x1f][^/\\\\\\x00-\\x1f]*");

  /** The folders in it, without hidden ones: those are being made. */
  List<Path> all() {
    return folders(path);
  }

  private static List<Path> folders(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(RunsFolder::isShown).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isShown(Path entry) {
    return PART.matcher(entry.getFileName().toString()).matches() && !Files.isSymbolicLink(entry);
  }

  /** The folder of a run, a comparison or a cell; empty where there is none of that name. */
  Optional<Path> find(String id) {
    String[] parts = id.split("/", -1);
    if (parts.length > 2 || Stream.of(parts).anyMatch(part -> !PART.matcher(part).matches())) {
      return Optional.empty();
    }
    Path run = path.resolve(parts[0]);
    Path cells = run.resolve(CELLS);
    Path folder = parts.length == 1 ? run : cells.resolve(parts[1]);
    boolean leadsElsewhere = Stream.of(run, cells, folder).anyMatch(Files::isSymbolicLink);
    return Optional.of(folder).filter(found -> !leadsElsewhere && written(found).isPresent());
  }

  /** When its configuration was written; empty if it has none. */
  static Optional<BasicFileAttributes> written(Path folder) {
    return attributes(folder.resolve("configuration.yaml"))
        .filter(BasicFileAttributes::isRegularFile);
  }

  /** What the file system tells of a file; empty where there is none. */
  static Optional<BasicFileAttributes> attributes(Path file) {
    try {
      return Optional.of(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
