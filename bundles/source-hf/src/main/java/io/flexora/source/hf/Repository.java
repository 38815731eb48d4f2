package io.flexora.source.hf;

import java.util.regex.Pattern;

/**
 * A repository of the Hub.
 *
 * @param kind what it holds
 * @param id its name, with its organisation before it if it has one
 */
record Repository(Kind kind, String id) {
  private static final Pattern PART =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?");
  private static final int LONGEST = 96;

  /** The kinds of repositories, with the words that stand for them in addresses. */
  enum Kind {
    MODEL("models", ""),
    DATASET("datasets", "datasets/");

    private final String plural;
    private final String prefix;

    Kind(String plural, String prefix) {
      this.plural = plural;
      this.prefix = prefix;
    }
  }

  /** Whether a word can be an organisation or the name of a repository, by the Hub's rules. */
  static boolean isPart(String word) {
    return PART.matcher(word).matches()
        && word.length() <= LONGEST
        && !word.contains("--")
        && !word.contains("..");
  }

  /** The name of its folder in the cache. */
  String folderName() {
    return kind.plural + "--" + id.replace("/", "--");
  }

  /** Where the endpoint tells of it: a path that begins with a slash. */
  String api() {
    return "/api/" + kind.plural + "/" + id;
  }

  /** Its page at the endpoint: a path that begins with a slash; its files stand below. */
  String page() {
    return "/" + kind.prefix + id;
  }

  /** The repository as it is written in a location. */
  @Override
  public String toString() {
    return kind.prefix + id;
  }
}
