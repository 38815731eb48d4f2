package io.flexora.host.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/**
 * Finds the known name that a misspelt one most likely means.
 *
 * @since 0.1
 */
public final class NearestName {

  private static final double ALIKE = 0.85;
  private static final int LONGEST = 100;

  private NearestName() {}

  /**
   * The most similar known name, if one is similar enough.
   *
   * @param written the name that is not known
   * @param known the names to choose from
   */
  public static Optional<String> to(String written, Collection<String> known) {
    if (written.length() > LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .filter(name -> similarity(written, name) >= ALIKE)
        .max(
            Comparator.<String>comparingDouble(name -> similarity(written, name))
                .thenComparing(Comparator.reverseOrder()));
  }

  private static double similarity(String written, String name) {
    String a = letters(written);
    String b = letters(name);
    double similarity = new JaroWinklerSimilarity().apply(a, b);
    boolean part = a.length() > 2 && b.length() > 2 && (a.contains(b) || b.contains(a));
    return part ? Math.max(ALIKE, similarity) : similarity;
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }
}
