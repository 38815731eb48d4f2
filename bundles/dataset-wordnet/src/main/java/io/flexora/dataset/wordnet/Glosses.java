package io.flexora.dataset.wordnet;

import io.flexora.api.data.Row;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes rows of synsets: one for each distinct gloss that has one supersense. */
final class Glosses {
  private static final Pattern EXAMPLES = Pattern.compile("\\s*[;:]\\s*\"");
  private static final Pattern NOT_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
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
    return exampleSentences ? gloss : EXAMPLES.split(gloss, 2)[0];
  }

  /** The words of a gloss in lower case, with single spaces between them. */
  private static String normalised(String gloss) {
    return NOT_WORDS.matcher(gloss).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
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
