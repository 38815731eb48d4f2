package io.flexora.task.tokenclassification;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.head.Head;
import java.util.List;
import java.util.Optional;

/**
 * The words of an example with their tags.
 *
 * @param words the places of the words in the text
 * @param tags a tag of each; empty where they are not known
 */
record TaggedWords(List<Head.Word> words, List<String> tags) implements Target {

  /** Copies the lists. */
  TaggedWords {
    words = List.copyOf(words);
    tags = List.copyOf(tags);
  }

  /** Those of an example, where it has some. */
  static Optional<TaggedWords> of(Example example) {
    return example.target().filter(TaggedWords.class::isInstance).map(TaggedWords.class::cast);
  }
}
