package io.flexora.dataset.wordnet;

import io.flexora.api.data.Row;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes rows of synsets: one for each distinct gloss that has one supersense. */
final class Glosses {
  private static final Pattern EXAMPLES = Pattern.compile("\\s*[;:]\\s*\"");
  private final int minWords;
  private final boolean exampleSentences;

  Glosses(int minWords, boolean exampleSentences) {
    this.minWords = minWords;
    this.exampleSentences = exampleSentences;
  }

  /**
   * Makes the rows. Of synsets with the same gloss and supersense the first is taken; a gloss that
   * occurs with two supersenses says nothing about either, and none of its synsets is taken.
   */
  Collection<Row> rows(List<Synset> synsets) {
    Map<String, Row> rows = new LinkedHashMap<>();
    Set<String> ambiguous = new HashSet<>();
    for (Synset synset : synsets) {
      String gloss = gloss(synset.gloss());
      String words = normalised(gloss);
      if (words.split(" ").length < minWords) {
        continue;
      }
      Row first = rows.putIfAbsent(words, row(synset, gloss));
      if (first != null && !first.fields().get("supersense").equals(synset.supersense())) {
        ambiguous.add(words);
      }
    }
    rows.keySet().removeAll(ambiguous);
    return rows.values();
  }

  private String gloss(String gloss) {
    return exampleSentences || gloss.indexOf('"') < 0 ? gloss : EXAMPLES.split(gloss, 2)[0];
  }

  /** The words of a gloss in lower case, with single spaces between them. */
  private static String normalised(String gloss) {
    StringBuilder words = new StringBuilder(gloss.length());
    for (int i = 0; i < gloss.length(); i++) {
      char c = gloss.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        words.append(Character.toLowerCase(c));
      } else if (!words.isEmpty() && words.charAt(words.length() - 1) != ' ') {
        words.append(' ');
      }
    }
    return words.toString().strip();
  }

  private static Row row(Synset synset, String gloss) {
    return new Row(
        synset.origin(),
        Map.of(
            "gloss", gloss,
            "lemma", synset.lemmas().get(0),
            "lemmas", synset.lemmas(),
            "supersense", synset.supersense()));
  }
}
