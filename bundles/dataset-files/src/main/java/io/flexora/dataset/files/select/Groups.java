package io.flexora.dataset.files.select;

import io.flexora.files.durable.FileHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The groups of rows that are the same or belong together: those whose fields agree but for case
 * and white space.
 */
public final class Groups {
  private static final Pattern NUMBERING =
      Pattern.compile(
          "(.*[-_ ])?(id|idx|ind|index|qid|uid|uuid|guid)"
              // What pandas calls an index without a name, in CSV and in Parquet.
              + "|unnamed: 0(\\.[0-9]+)*|__index_level_[0-9]+__",
          Pattern.CASE_INSENSITIVE);
  private final List<String> by;

  /** Makes the rule; without names, all fields count but those that only number the rows. */
  public Groups(List<String> by) {
    this.by = List.copyOf(by);
  }

  /**
   * The group of a row.
   *
   * @param all its fields
   * @param taken those of them that are handed out
   */
  public String of(String origin, Map<String, Object> all, Map<String, Object> taken) {
    MessageDigest digest = FileHash.newDigest();
    boolean any =
        by.isEmpty()
            ? add(digest, taken, n -> !NUMBERING.matcher(n).matches())
                || add(digest, taken, n -> true)
            : add(digest, all, by::contains);
    return any ? FileHash.hex(digest) : origin;
  }

  private static boolean add(
      MessageDigest digest, Map<String, Object> fields, Predicate<String> counts) {
    boolean any = false;
    for (String name : new TreeSet<>(fields.keySet())) {
      if (counts.test(name) && fields.get(name) != null) {
        digest.update((name + '\0').getBytes(StandardCharsets.UTF_8));
        digest.update(normalised(fields.get(name)).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        any = true;
      }
    }
    return any;
  }

  private static String normalised(Object value) {
    String text = Objects.toString(value).toLowerCase(Locale.ROOT);
    StringBuilder words = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c) && !Character.isSpaceChar(c)) {
        words.append(c);
      } else if (!words.isEmpty() && words.charAt(words.length() - 1) != ' ') {
        words.append(' ');
      }
    }
    return Normalizer.normalize(words.toString().strip(), Normalizer.Form.NFKC);
  }
}
