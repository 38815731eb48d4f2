package io.flexora.source.hf;

import io.flexora.api.run.FlexoraException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The parts of a location.
 *
 * @param repository the repository
 * @param revision a branch, a tag or a commit of it
 * @param path a file or folder in it; empty for the repository itself
 * @param glob which files of that folder, by their paths below it; empty for all
 */
record HfLocation(Repository repository, String revision, String path, Optional<String> glob) {
  private static final String MAIN = "main";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern REVISION = Pattern.compile("[^\\s~^:?*\\[\\\\\\x00-\\x1f]+");
  private static final Pattern SLASH = Pattern.compile("%2[Ff]");

  HfLocation(Repository repository, String revision, String path) {
    this(repository, revision, path, Optional.empty());
  }

  /**
   * Reads {@code [datasets/][org/]name[@revision][/path]}; slashes before it, as in {@code hf://},
   * are passed over.
   *
   * @throws FlexoraException if it is not of this form
   */
  static HfLocation parse(String written) {
    Deque<String> parts = new ArrayDeque<>(List.of(written.replaceFirst("^//", "").split("/", -1)));
    Repository.Kind kind = kind(parts);
    String first = parts.remove();
    String last = first.contains("@") || parts.isEmpty() ? first : first + "/" + parts.remove();
    int at = last.indexOf('@');
    String id = at < 0 ? last : last.substring(0, at);
    String revision = at < 0 ? MAIN : revision(last.substring(at + 1), parts);
    String path = String.join("/", parts);
    HfLocation location = new HfLocation(new Repository(kind, id), revision, path);
    if (!location.isWellFormed()) {
      throw malformed(written);
    }
    return location;
  }

  private static Repository.Kind kind(Deque<String> parts) {
    if (parts.size() > 1 && parts.peek().equals("datasets")) {
      parts.remove();
      return Repository.Kind.DATASET;
    }
    if (parts.size() > 1 && parts.peek().equals("models")) {
      parts.remove();
    }
    return Repository.Kind.MODEL;
  }

  /** The Hub's own {@code refs/convert/x} and {@code refs/pr/1} may stand with plain slashes. */
  private static String revision(String written, Deque<String> parts) {
    if (written.equals("refs")
        && parts.size() > 1
        && (parts.peek().equals("convert") || parts.peek().equals("pr"))) {
      return written + "/" + parts.remove() + "/" + parts.remove();
    }
    return SLASH.matcher(written).replaceAll("/");
  }

  private boolean isWellFormed() {
    return List.of(repository.id().split("/", -1)).stream().allMatch(Repository::isPart)
        && REVISION.matcher(revision).matches()
        && FileName.isSafe(revision)
        && (path.isEmpty() || FileName.isSafe(path));
  }

  private static FlexoraException malformed(String written) {
    return new FlexoraException(
        ("'hf:%s' is not of the form hf:[datasets/]organisation/name[@revision][/path], such as"
                + " hf:HuggingFaceTB/SmolLM2-135M@main or hf:datasets/ybisk/piqa/data; a slash in a"
                + " revision is written %%2F, and a file of a repository without an organisation"
                + " as hf:gpt2@main/config.json")
            .formatted(written));
  }

  /** Whether a text is a whole commit, which never changes. */
  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  /** The revision, unless it is the one that comes where none is named. */
  Optional<String> namedRevision() {
    return Optional.of(revision).filter(named -> !named.equals(MAIN));
  }

  /** Whether the same files come every time. */
  boolean isPinned() {
    return isCommit(revision);
  }

  /** Whether a whole model is asked for, of which only some files are needed. */
  boolean isModel() {
    return repository.kind() == Repository.Kind.MODEL && path.isEmpty() && glob.isEmpty();
  }

  /** The location of those files of this folder that match a glob. */
  HfLocation matching(String wanted) {
    return new HfLocation(repository, revision, path, Optional.of(wanted));
  }

  /** Those files of the folder that are asked for. */
  List<RemoteFile> wanted(List<RemoteFile> files) {
    if (glob.isEmpty()) {
      return files;
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob.get());
    int below = path.isEmpty() ? 0 : path.length() + 1;
    return Listings.below(files, path).stream()
        .filter(f -> matcher.matches(Path.of(f.path().substring(below))))
        .toList();
  }

  /** The location of another path at the same revision. */
  HfLocation at(String otherPath) {
    return new HfLocation(repository, revision, otherPath);
  }

  /** The location as it could be written. */
  @Override
  public String toString() {
    boolean whole = path.isEmpty() && glob.isEmpty();
    boolean plain = revision.equals(MAIN) && (whole || repository.id().contains("/"));
    return "hf:"
        + repository
        + (plain ? "" : "@" + revision.replace("/", "%2F"))
        + (path.isEmpty() ? "" : "/" + path)
        + glob.map(g -> "/" + g).orElse("");
  }
}
