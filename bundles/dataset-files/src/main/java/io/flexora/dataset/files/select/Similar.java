package io.flexora.dataset.files.select;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
public final class Similar {
  private Similar() {}

  /**
   * " (did you mean 'x'?)", or nothing if no name differs in about a third of its letters or less.
   */
  public static String hint(Collection<String> names, String wanted) {
    return nearest(names, wanted).map(n -> " (did you mean '" + n + "'?)").orElse("");
  }

  private static Optional<String> nearest(Collection<String> names, String wanted) {
    return names.stream()
        .min(Comparator.comparingInt(n -> distance(n, wanted)))
        .filter(n -> wanted.length() > 1 && distance(n, wanted) <= (wanted.length() + 2) / 3);
  }

  /** The Levenshtein distance, in which upper and lower case are the same. */
  private static int distance(String a, String b) {
    String left = a.toLowerCase(Locale.ROOT);
    String right = b.toLowerCase(Locale.ROOT);
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[right.length() + 1];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(previous[j - 1] + change, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[right.length()];
  }
}
