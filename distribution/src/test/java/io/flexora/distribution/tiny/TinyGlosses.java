package io.flexora.distribution.tiny;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A noun file of WordNet with made-up definitions: those of a supersense like the same letters, so
 * that there is something to learn. WordNet's own takes as long to read as the rest of a tiny run.
 */
final class TinyGlosses {

  private static final int FIRST_SUPERSENSE = 3;
  private static final int LAST_SUPERSENSE = 28;
  private static final int OF_EACH = 20;
  private static final int WORDS = 4;
  private static final int LETTERS = 3;

  private TinyGlosses() {}

  /** Writes data.noun to a folder. */
  static void write(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    List<String> lines = new ArrayList<>();
    for (int supersense = FIRST_SUPERSENSE; supersense <= LAST_SUPERSENSE; supersense++) {
      for (int i = 0; i < OF_EACH; i++) {
        lines.add(
            "%08d %02d n 01 word%d 0 000 | %s"
                .formatted(lines.size(), supersense, lines.size(), gloss(supersense, random)));
      }
    }
    Files.write(folder.resolve("data.noun"), lines);
  }

  private static String gloss(int supersense, SplittableRandom random) {
    StringBuilder gloss = new StringBuilder();
    for (int letter = 0; letter < WORDS * LETTERS; letter++) {
      boolean typical = random.nextInt(3) > 0;
      int code = typical ? supersense + random.nextInt(2) : random.nextInt(26);
      gloss.append((char) ('a' + code % 26));
      if (letter % LETTERS == LETTERS - 1) {
        gloss.append(' ');
      }
    }
    return gloss.toString().strip();
  }
}
