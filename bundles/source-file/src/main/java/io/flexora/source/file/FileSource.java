package io.flexora.source.file;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.source.Source;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.NearestName;
import io.flexora.source.archive.ArchiveLocation;
import io.flexora.source.archive.EntryCache;
import jakarta.inject.Inject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Serves {@code file:PATH} and {@code file:ARCHIVE!/ENTRY}. */
@Doc(
    "A file or folder of this machine, relative to the working folder; 'file:x.zip!/entry' is a"
        + " file in an archive.")
final class FileSource implements Source {
  private final Path workingFolder;
  private final Path home;
  private final EntryCache cache;

  @Inject
  FileSource() {
    this(Path.of(""), Path.of(System.getProperty("user.home")), EntryCache.ofUser());
  }

  FileSource(Path workingFolder, Path home, EntryCache cache) {
    this.workingFolder = workingFolder.toAbsolutePath();
    this.home = home;
    this.cache = cache;
  }

  @Override
  public Path fetch(String location, Monitor monitor) throws IOException {
    ArchiveLocation parsed = ArchiveLocation.parse(location);
    Path path = path(parsed.archive());
    refuseMissing(path);
    return parsed.entry().isPresent() ? cache.extract(path, parsed.entry().get()) : path;
  }

  @Override
  public Optional<String> publicName(String location) {
    return Optional.of(location);
  }

  private Path path(String written) {
    if (written.isBlank()) {
      throw new FlexoraException("'file:' names no file; write file:PATH");
    }
    try {
      return written.startsWith("~/")
          ? home.resolve(written.substring(2)).normalize()
          : workingFolder.resolve(written).normalize();
    } catch (InvalidPathException e) {
      throw new FlexoraException("'file:" + written + "' is not a path: " + e.getReason(), e);
    }
  }

  private static void refuseMissing(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new FileNotFoundException("there is no file " + path + suggestion(path));
    }
    RegularFile.requireOrFolder(path);
    if (!Files.isReadable(path)) {
      throw new IOException("the file " + path + " may not be read by this user");
    }
  }

  private static String suggestion(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return parent == null ? "" : "; its folder does not exist either";
    }
    try (Stream<Path> siblings = Files.list(parent)) {
      List<String> names = siblings.map(p -> p.getFileName().toString()).sorted().toList();
      return NearestName.to(path.getFileName().toString(), names)
          .map(n -> NearestName.question(parent.resolve(n).toString()))
          .orElse("");
    }
  }
}
