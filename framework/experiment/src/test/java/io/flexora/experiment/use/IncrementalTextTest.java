package io.flexora.experiment.use;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IncrementalTextTest {

  private final List<String> pieces = new ArrayList<>();

  /** A token is a byte, as it may be in a byte-level vocabulary. */
  private static String bytes(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void feed(IncrementalText text, byte[] bytes) {
    for (byte b : bytes) {
      text.add(b);
    }
    text.end();
  }

  @Test
  void charactersOfSeveralTokensComeWhole() {
    String text = "aé東🙂 z";
    feed(
        new IncrementalText(IncrementalTextTest::bytes, pieces::add),
        text.getBytes(StandardCharsets.UTF_8));
    assertThat(pieces).containsExactly("a", "é", "東", "🙂", " ", "z");
  }

  @Test
  void whatIsCutOffIsToldAtTheEnd() {
    byte[] cut = {'a', (byte) 0xF0, (byte) 0x9F};
    feed(new IncrementalText(IncrementalTextTest::bytes, pieces::add), cut);
    assertThat(String.join("", pieces)).isEqualTo("a\uFFFD");
  }

  @Test
  void thePiecesAreTheWholeTextWhateverTheBytes() {
    Random random = new Random(2);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      random.ints(20, 1, 0x2FFF).forEach(text::appendCodePoint);
      text.append("end");
      byte[] whole = text.toString().getBytes(StandardCharsets.UTF_8);
      pieces.clear();
      feed(new IncrementalText(IncrementalTextTest::bytes, pieces::add), whole);
      assertThat(String.join("", pieces)).isEqualTo(text.toString());
    }
  }

  /** The first word of a text loses its blank, as it does in vocabularies of SentencePiece. */
  @Test
  void aBlankBetweenWordsIsKeptThatADecoderTakesFromTheFirst() {
    String[] words = {" the", " cat", "s", " sat"};
    IncrementalText text =
        new IncrementalText(
            ids -> {
              StringBuilder all = new StringBuilder();
              for (int id : ids) {
                all.append(words[id]);
              }
              return all.toString().replaceFirst("^ ", "");
            },
            pieces::add);
    for (int i = 0; i < words.length; i++) {
      text.add(i);
    }
    text.end();
    assertThat(pieces).containsExactly("the", " cat", "s", " sat");
  }
}
