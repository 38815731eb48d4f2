package io.flexora.files.durable;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes a folder of files so that it is there whole or not at all.
 *
 * <p>The files go to a hidden sibling folder whose name ends in {@code .flexora-partial}, each
 * forced to the disk; then that folder is moved to its name. A folder has one writer at a time.
 *
 * @since 0.1
 */
public final class DurableFolder {

  // What is called so is deleted, and users name folders of their own x.old and x.partial.
  private static final String PARTIAL = ".flexora-partial";
  private static final String OLD = ".flexora-old";

  /** Fills a folder that is not complete yet. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes all files.
     *
     * @throws IOException if one cannot be written
     */
    void writeTo(Staging folder) throws IOException;
  }

  /**
   * A folder that is not complete yet.
   *
   * @param path where its files lie for now
   */
  public record Staging(Path path) {

    /**
     * Writes a file of the folder and forces it to the disk.
     *
     * @throws IOException if it cannot be written
     */
    public FileHash write(String name, DurableFile.Content content) throws IOException {
      return DurableFile.writeSynced(path.resolve(name), content);
    }
  }

  private DurableFolder() {}

  /**
   * Writes a folder whole or not at all, in place of the one that is there. A reader finds the old
   * folder or the new one or, for the moment between two renamings, none; a crash in that moment
   * leaves the old one beside its place in a hidden folder whose name ends in {@code .flexora-old},
   * from where {@link #recover} or the next writer takes it back.
   *
   * @throws FlexoraException if it cannot be written; the target is as it was and nothing is left
   */
  public static void write(Path target, Content content) {
    Path partial = beside(target, PARTIAL);
    try {
      recover(target);
      delete(partial);
      Files.createDirectory(partial);
      content.writeTo(new Staging(partial));
      sync(partial);
      replace(target, partial);
    } catch (IOException e) {
      deleteQuietly(partial);
      throw WriteFailure.explain(target, e);
    } catch (RuntimeException e) {
      deleteQuietly(partial);
      throw e;
    }
  }

  private static void replace(Path target, Path partial) throws IOException {
    Path old = beside(target, OLD);
    Path parent = target.toAbsolutePath().getParent();
    boolean replaces = Files.exists(target);
    if (replaces) {
      delete(old);
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    sync(parent);
    delete(old);
  }

  /**
   * Takes the old folder back to its place if a crash came between the two renamings of {@link
   * #write}; does nothing otherwise.
   *
   * @throws IOException if it cannot be renamed
   */
  public static void recover(Path target) throws IOException {
    Path old = beside(target, OLD);
    if (Files.notExists(target) && Files.isDirectory(old)) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Path beside(Path target, String suffix) {
    return target.resolveSibling("." + target.getFileName() + suffix);
  }

  /**
   * Forces the entries of a folder to the disk, so that a file created or renamed in it survives a
   * power cut. Does nothing on Windows, which cannot open a folder.
   *
   * @throws IOException if the disk refuses
   */
  public static void sync(Path folder) throws IOException {
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return;
    }
    // An interrupted thread would find the channel closed; the interruption is kept for later.
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Deletes a folder and everything in it, if it is there. Links are not followed.
   *
   * @throws IOException if something cannot be deleted
   */
  public static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  static void deleteQuietly(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      // The failure that led here is the one to tell; the next writer removes what is left.
    }
  }
}
