package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * The folder of one repository in the cache of huggingface_hub: {@code refs} tells the commit of a
 * branch or tag, {@code blobs} holds contents by their checksums, {@code snapshots} the files of
 * each commit as links to them.
 *
 * @param root the folder of all repositories
 * @param repository the repository
 * @param allowsLinks whether files of snapshots may be links; else they are the contents themselves
 */
record RepositoryFolder(Path root, Repository repository, boolean allowsLinks) {

  /** The folder, whether or not it is there. */
  Path folder() {
    return root.resolve(repository.folderName());
  }

  /** The folder of a commit's files. */
  Path snapshot(String commit) {
    return folder().resolve("snapshots").resolve(commit);
  }

  /** A file of a commit. */
  Path file(String commit, String path) {
    return path.isEmpty() ? snapshot(commit) : snapshot(commit).resolve(path);
  }

  /** The content with a checksum. */
  Path blob(ContentHash hash) {
    return folder().resolve("blobs").resolve(hash.hex());
  }

  /** The file whose lock keeps two processes from bringing the same content. */
  Path lockFile(ContentHash hash) {
    return root.resolve(".locks").resolve(repository.folderName()).resolve(hash.hex() + ".lock");
  }

  /** The commit that a revision was last seen to stand for. */
  Optional<String> commit(String revision) throws IOException {
    if (HfLocation.isCommit(revision)) {
      return Optional.of(revision);
    }
    Path ref = folder().resolve("refs").resolve(revision);
    return Files.isRegularFile(ref)
        ? Optional.of(RegularFile.text(ref).strip()).filter(HfLocation::isCommit)
        : Optional.empty();
  }

  /** Notes what commit a revision stands for. */
  void remember(String revision, String commit) throws IOException {
    if (!commit(revision).equals(Optional.of(commit))) {
      DurableFile.writeShared(
          folder().resolve("refs").resolve(revision), commit.getBytes(US_ASCII));
    }
  }

  /** Notes that a commit has no such file, as huggingface_hub does. */
  void rememberMissing(String commit, String path) throws IOException {
    Path note = missingNote(commit, path);
    if (Files.notExists(note)) {
      DurableFile.writeShared(note, new byte[0]);
    }
  }

  /** Whether it was noted that a commit has no such file. */
  boolean isKnownMissing(String commit, String path) {
    return Files.isRegularFile(missingNote(commit, path));
  }

  private Path missingNote(String commit, String path) {
    return folder().resolve(".no_exist").resolve(commit).resolve(path);
  }

  /** Whether a commit's file is there with its whole size. */
  boolean has(String commit, RemoteFile file) throws IOException {
    return isWhole(file(commit, file.path()), file);
  }

  /** Whether the content of a file is there with its whole size. */
  boolean hasBlob(RemoteFile file) throws IOException {
    return isWhole(blob(file.hash()), file);
  }

  private static boolean isWhole(Path path, RemoteFile file) throws IOException {
    return Files.isRegularFile(path) && Files.size(path) == file.size();
  }

  /**
   * Puts a content into the snapshot of a commit: as a symbolic link, or where none can be made as
   * a hard link, or as a copy.
   */
  void place(String commit, RemoteFile file) throws IOException {
    Path target = file(commit, file.path());
    Files.createDirectories(target.getParent());
    Path blob = blob(file.hash());
    if (!allowsLinks || !link(target, target.getParent().relativize(blob))) {
      copy(blob, target);
    }
  }

  private static boolean link(Path target, Path content) throws IOException {
    try {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(target);
      }
      Files.createSymbolicLink(target, content);
      return true;
    } catch (FileAlreadyExistsException e) {
      // Another process was quicker; what it placed is the same.
      return true;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return false;
    }
  }

  private static void copy(Path blob, Path target) throws IOException {
    Path part = blob.resolveSibling(blob.getFileName() + "." + UUID.randomUUID() + ".incomplete");
    try {
      hardLinkOrCopy(blob.toRealPath(), part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void hardLinkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.copy(from, to);
    }
  }
}
