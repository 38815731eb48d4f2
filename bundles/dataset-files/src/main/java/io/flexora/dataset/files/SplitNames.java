package io.flexora.dataset.files;

import io.flexora.api.data.Split;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The split of a file by its name, as in Hugging Face's datasets library. */
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
  private static final Pattern NUMBER_OR_ENDING =
      Pattern.compile("(?i)^(.+?)([-._ ]*[0-9].*|\\.[a-z]+(\\.gz|\\.zst)?)$");

  private SplitNames() {}

  /** The split of a word such as {@code dev}. */
  static Optional<Split> ofWord(String word) {
    return Optional.ofNullable(WORDS.get(word.toLowerCase(Locale.ROOT)));
  }

  /** The split of a path such as {@code dev/part-1.jsonl}; the name of the file goes first. */
  static Optional<Split> ofPath(String path) {
    return ofLastPart(upToSplit(path));
  }

  /**
   * A path up to the part that names its split, without the number and the ending of a file: {@code
   * data/train_sft} of {@code data/train_sft-00000-of-00003.parquet}. Empty if no part does.
   */
  static String stem(String path) {
    String named = upToSplit(path);
    int name = named.lastIndexOf('/') + 1;
    return named.substring(0, name)
        + NUMBER_OR_ENDING.matcher(named.substring(name)).replaceFirst("$1");
  }

  private static String upToSplit(String path) {
    String named = path;
    while (!named.isEmpty() && ofLastPart(named).isEmpty()) {
      named = named.substring(0, Math.max(0, named.lastIndexOf('/')));
    }
    return named;
  }

  private static Optional<Split> ofLastPart(String path) {
    String part = path.substring(path.lastIndexOf('/') + 1);
    return Stream.of(part.split("[-._ 0-9]+", -1))
        .flatMap(word -> ofWord(word).stream())
        .findFirst();
  }
}
