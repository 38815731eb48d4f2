package io.flexora.files.message;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/**
 * Finds the known name that a misspelt one most likely means. Upper and lower case, hyphens,
 * underscores and blanks make no difference; a part of a name stands for the whole.
 *
 * @since 0.1
 */
public final class NearestName {

  private static final double ALIKE = 0.85;
  private static final double SLIP = 0.9;
  private static final int LONGEST = 100;
  private static final int SUGGESTED = 3;
  private static final int LISTED = 30;
  private static final int FEW = 8;

  private NearestName() {}

  /**
   * The most similar known name, if one is similar enough.
   *
   * @param written the name that is not known
   * @param known the names to choose from
   */
  public static Optional<String> to(String written, Collection<String> known) {
    return among(written, known).stream().findFirst();
  }

  /** A question to end a message with: {@code ; did you mean 'x'?}. */
  public static String question(String meant) {
    return "; did you mean '" + meant + "'?";
  }

  /** The end of a message: {@code ; did you mean 'x'? Known are a, b, x}, or nothing. */
  public static String hint(String written, Collection<String> known) {
    List<String> near = among(written, known);
    String meant = near.isEmpty() ? "" : question(String.join("' or '", near));
    if (known.isEmpty() || known.size() > LISTED) {
      return meant;
    }
    String list = String.join(", ", known.stream().sorted().toList());
    return meant + (meant.isEmpty() ? "; known are " : " Known are ") + list;
  }

  /**
   * Known names for a message: up to eight of them, or else the three most similar ones and where
   * to find the others.
   *
   * @param command the command that lists all names; without one all names are listed
   */
  public static String list(String written, List<String> known, Optional<String> command) {
    if (known.size() <= FEW || command.isEmpty()) {
      return known.isEmpty() ? "none" : String.join(", ", known);
    }
    List<String> nearest =
        known.stream()
            .sorted(Comparator.comparingDouble(name -> -similarity(written, name)))
            .limit(SUGGESTED)
            .toList();
    return "%s and %d more, which '%s' lists"
        .formatted(String.join(", ", nearest), known.size() - SUGGESTED, command.get());
  }

  /**
   * A few names that are similar enough, the most similar first: of equally similar ones those that
   * begin so, and of these the first in a list, or in the alphabet where they have no order.
   */
  private static List<String> among(String written, Collection<String> known) {
    if (written.length() > LONGEST) {
      return List.of();
    }
    return (known instanceof List<?> ? known.stream() : known.stream().sorted())
        .filter(name -> similarity(written, name) >= ALIKE)
        .sorted(
            Comparator.<String>comparingDouble(name -> -similarity(written, name))
                .thenComparing(name -> !letters(name).startsWith(letters(written))))
        .limit(SUGGESTED)
        .toList();
  }

  private static double similarity(String written, String name) {
    String a = letters(written);
    String b = letters(name);
    double similarity = new JaroWinklerSimilarity().apply(a, b);
    boolean part = a.length() > 2 && b.length() > 2 && (a.contains(b) || b.contains(a));
    // Of three letters, two that change places leave nothing in its place for Jaro and Winkler, one
    // that is missing leaves a single one, and a wrong one less than a longer word that has all.
    boolean slip =
        sorted(a).equals(sorted(b)) || lacksOne(a, b) || lacksOne(b, a) || hasOneWrong(a, b);
    return Math.max(similarity, slip ? SLIP : part ? ALIKE : 0);
  }

  /** Whether two words of at least three letters differ in one that is not the first. */
  private static boolean hasOneWrong(String a, String b) {
    return a.length() > 2
        && a.length() == b.length()
        && a.charAt(0) == b.charAt(0)
        && IntStream.range(1, a.length()).filter(i -> a.charAt(i) != b.charAt(i)).count() == 1;
  }

  /** Whether a word of at least two letters is another one that lacks a letter. */
  private static boolean lacksOne(String shorter, String longer) {
    return shorter.length() > 1
        && shorter.length() == longer.length() - 1
        && IntStream.range(0, longer.length())
            .anyMatch(i -> new StringBuilder(longer).deleteCharAt(i).toString().equals(shorter));
  }

  private static String sorted(String letters) {
    char[] sorted = letters.toCharArray();
    Arrays.sort(sorted);
    return new String(sorted);
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }
}
