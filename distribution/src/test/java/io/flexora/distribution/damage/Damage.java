package io.flexora.distribution.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What was done to a file.
 *
 * @param file the file
 * @param content its new content
 * @param what in words
 */
// Bulk data that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
record Damage(Path file, byte[] content, String what) {

  private static final int CUTS = 16;
  private static final String CUT = "cut to ";

  /** A flipped bit in, and cuts of, each file that a later step may read. */
  static List<Damage> of(FileTree tree) {
    List<Damage> damages = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(tree.files().size());
    tree.files()
        .forEach(
            (file, content) -> {
              if (content.length > 0 && isRead(file.getFileName().toString())) {
                int at = random.nextInt(content.length);
                byte[] flipped = content.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                damages.add(new Damage(file, flipped, "a bit of byte " + at + " flipped"));
                for (int cut = 0; cut < CUTS; cut++) {
                  int length = (int) ((long) content.length * cut / CUTS);
                  damages.add(new Damage(file, Arrays.copyOf(content, length), CUT + length));
                }
              }
            });
    return damages;
  }

  /** A lock says nothing, and reports are for people. */
  private static boolean isRead(String name) {
    return !name.equals(".lock") && !name.endsWith(".html") && !name.endsWith(".csv");
  }

  void inflict() throws IOException {
    Files.write(file, content);
  }

  /**
   * Whether a resumption can make again what the file said; what a run began with and the record of
   * its past it cannot.
   */
  boolean canBeMended() {
    return Stream.of("configuration.yaml", "decisions.json", "events.jsonl")
        .noneMatch(file::endsWith);
  }

  /**
   * Whether it leaves what the record of an unfinished cell is when its process dies earlier: a
   * reader cannot tell that it went on, and what it says is true.
   */
  boolean isEarlierEnd() {
    return file.endsWith("events.jsonl")
        && what.startsWith(CUT)
        && Files.notExists(file.resolveSibling("result.json"));
  }

  @Override
  public String toString() {
    return file + " " + what;
  }
}
