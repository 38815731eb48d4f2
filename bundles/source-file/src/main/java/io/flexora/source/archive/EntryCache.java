package io.flexora.source.archive;

import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import io.flexora.files.machine.UserCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;

/**
 * Unpacks single files of archives once and keeps them in a folder, by the SHA-256 of the archive.
 * A file is under its final name only when it is whole, so that several processes may share the
 * folder.
 */
public final class EntryCache {
  private final Path folder;
  private final Map<Stamp, String> digests = new ConcurrentHashMap<>();

  /** The marks of a file that has not changed since it was read. */
  private record Stamp(Path path, long size, FileTime modified) {}

  /** Makes a cache in a folder, which need not exist yet. */
  public EntryCache(Path folder) {
    this.folder = folder;
  }

  /** The user's cache: {@code $XDG_CACHE_HOME/flexora/entries}, or the same in {@code ~/.cache}. */
  public static EntryCache ofUser() {
    return new EntryCache(UserCache.folder("entries"));
  }

  /**
   * Unpacks a file of an archive, unless that was done before.
   *
   * @param archive a zip or jar file
   * @param name the name of a file in it
   * @return the unpacked file, not to be written to
   * @throws IOException if the archive has no such file, or it could not be unpacked whole
   * @throws io.flexora.api.run.FlexoraException if the name leads out of a folder
   */
  public Path extract(Path archive, String name) throws IOException {
    EntryName.check(name);
    try (ZipArchive open = ZipArchive.open(archive)) {
      ZipEntry entry = open.file(name);
      Path target = folder.resolve(digest(archive)).resolve(name);
      if (!Files.isRegularFile(target) || Files.size(target) != entry.getSize()) {
        DurableFile.writeShared(target, part -> open.copy(entry, part));
      }
      return target;
    }
  }

  private String digest(Path archive) throws IOException {
    Stamp stamp =
        new Stamp(archive.toRealPath(), Files.size(archive), Files.getLastModifiedTime(archive));
    try {
      return digests.computeIfAbsent(stamp, s -> sha256(s.path()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String sha256(Path path) {
    try {
      return FileHash.of(path).sha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
