package io.flexora.formats.jinja;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the names that somebody may have meant.
 *
 * @since 0.1
 */
public final class NearestNames {
  private static final int LISTED = 30;

  private NearestNames() {}

  /** Up to three names that differ from a name by little, the nearest first. */
  public static List<String> of(String name, Collection<String> known) {
    int most = Math.max(2, name.length() / 3);
    return known.stream()
        .filter(k -> distance(name, k) <= most)
        .sorted(
            Comparator.<String>comparingInt(k -> distance(name, k))
                .thenComparing(Comparator.naturalOrder()))
        .limit(3)
        .toList();
  }

  /** The end of a message: {@code ; did you mean 'x'? Known are a, b, x}, or nothing. */
  public static String hint(String name, Collection<String> known) {
    List<String> near = of(name, known);
    String meant = near.isEmpty() ? "" : "; did you mean '" + String.join("' or '", near) + "'?";
    if (known.isEmpty() || known.size() > LISTED) {
      return meant;
    }
    String list = String.join(", ", known.stream().sorted().toList());
    return meant + (meant.isEmpty() ? "; known are " : " Known are ") + list;
  }

  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 16 || a.length() > 64) {
      return Integer.MAX_VALUE;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
