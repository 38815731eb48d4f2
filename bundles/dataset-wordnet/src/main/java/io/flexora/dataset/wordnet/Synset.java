package io.flexora.dataset.wordnet;

import java.util.List;

/**
 * A set of words of one meaning.
 *
 * @param origin where it stands: the file and its byte offset there, such as {@code
 *     data.noun:00001740}
 * @param supersense the name of its lexicographer file, such as {@code noun.animal}
 * @param lemmas its words, the most usual first
 * @param gloss its definition, with example sentences in quotes behind it
 */
record Synset(String origin, String supersense, List<String> lemmas, String gloss) {
  Synset {
    lemmas = List.copyOf(lemmas);
  }
}
