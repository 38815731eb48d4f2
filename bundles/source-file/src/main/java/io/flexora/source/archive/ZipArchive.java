package io.flexora.source.archive;

import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.NearestName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** An open zip or jar file. */
final class ZipArchive implements AutoCloseable {
  private static final long RATIO_MAXIMUM = 200;
  // Small files compress arbitrarily well, so the ratio says something only above this size.
  private static final long RATIO_FROM = 16L << 20;

  private final Path path;
  private final ZipFile zip;

  private ZipArchive(Path path, ZipFile zip) {
    this.path = path;
    this.zip = zip;
  }

  /**
   * Opens an archive.
   *
   * @throws IOException if it is not one
   */
  static ZipArchive open(Path path) throws IOException {
    try {
      return new ZipArchive(path, new ZipFile(RegularFile.require(path).toFile()));
    } catch (ZipException e) {
      throw new IOException(path + " is not a whole zip or jar file: " + e.getMessage(), e);
    }
  }

  /**
   * Finds a file.
   *
   * @throws FileNotFoundException if there is none of that name
   */
  ZipEntry file(String name) throws FileNotFoundException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new FileNotFoundException(path + " holds no file " + name + suggestion(name));
    }
    if (entry.isDirectory()) {
      throw new FileNotFoundException(name + " is a folder in " + path + "; name a file in it");
    }
    return entry;
  }

  private String suggestion(String name) {
    Collection<String> files =
        zip.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
    return NearestName.to(name, files).map(NearestName::question).orElse("");
  }

  /**
   * Copies a file's content.
   *
   * @throws IOException if the content's size or checksum is not what the archive says, or if it is
   *     more than so few bytes of an archive ordinarily hold
   */
  void copy(ZipEntry entry, Path target) throws IOException {
    if (entry.getSize() > Math.max(RATIO_FROM, RATIO_MAXIMUM * entry.getCompressedSize())) {
      throw new IOException(
          "%s in %s has %,d bytes packed into %,d, as a zip bomb's has; if they are right, unpack it yourself and name the file"
              .formatted(entry.getName(), path, entry.getSize(), entry.getCompressedSize()));
    }
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc);
        OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[1 << 16];
      long size = 0;
      for (int n = in.read(buffer); n >= 0 && size <= entry.getSize(); n = in.read(buffer)) {
        out.write(buffer, 0, n);
        size += n;
      }
      if (size != entry.getSize() || crc.getValue() != entry.getCrc()) {
        throw new ZipException("its size or checksum is wrong");
      }
    } catch (ZipException e) {
      throw new IOException(
          "%s in %s is damaged (%s); download the archive again"
              .formatted(entry.getName(), path, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
