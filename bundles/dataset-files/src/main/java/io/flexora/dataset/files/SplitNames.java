package io.flexora.dataset.files;

import io.flexora.api.data.Split;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells by the name of a file which split it is of, as Hugging Face's datasets library does. */
final class SplitNames {
  private static final Map<String, Split> WORDS =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "validation", Split.VALIDATION,
          "valid", Split.VALIDATION,
          "val", Split.VALIDATION,
          "dev", Split.VALIDATION,
          "test", Split.TEST,
          "testing", Split.TEST,
          "eval", Split.TEST,
          "evaluation", Split.TEST);

  private SplitNames() {}

  /** The split of a word such as {@code dev}. */
  static Optional<Split> ofWord(String word) {
    return Optional.ofNullable(WORDS.get(word.toLowerCase(Locale.ROOT)));
  }

  /** The split of a path such as {@code dev/part-1.jsonl}; the name of the file goes first. */
  static Optional<Split> ofPath(String path) {
    List<String> parts = List.of(path.split("/", -1));
    for (int i = parts.size() - 1; i >= 0; i--) {
      for (String word : parts.get(i).split("[-._ 0-9]+", -1)) {
        Optional<Split> split = ofWord(word);
        if (split.isPresent()) {
          return split;
        }
      }
    }
    return Optional.empty();
  }
}
