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
final class Archive implements AutoCloseable {
  private final Path path;
  private final ZipFile zip;

  private Archive(Path path, ZipFile zip) {
    this.path = path;
    this.zip = zip;
  }

  /**
   * Opens an archive.
   *
   * @throws IOException if it is not one
   */
  static Archive open(Path path) throws IOException {
    try {
      return new Archive(path, new ZipFile(RegularFile.require(path).toFile()));
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
   * @throws IOException if the content's size or checksum is not what the archive says
   */
  void copy(ZipEntry entry, Path target) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc);
        OutputStream out = Files.newOutputStream(target)) {
      long size = in.transferTo(out);
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
