package io.flexora.experiment.use;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoppedTextTest {

  private final List<String> pieces = new ArrayList<>();

  private StoppedText text(String... stops) {
    return new StoppedText(List.of(stops), pieces::add);
  }

  @Test
  void withoutStopsEachPieceIsToldAtOnce() {
    StoppedText text = text();
    text.add("a b");
    text.add(" c");
    text.end();
    assertThat(pieces).containsExactly("a b", " c");
    assertThat(text.isStopped()).isFalse();
  }

  @Test
  void itEndsBeforeTheFirstStopHoweverItIsCut() {
    StoppedText text = text("###", "END");
    for (String piece : List.of("one #", "# two E", "ND", " three ###")) {
      text.add(piece);
    }
    text.end();
    assertThat(String.join("", pieces)).isEqualTo("one ## two ").isEqualTo(text.toString());
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void whatMayBeginAStopIsToldAtTheEnd() {
    StoppedText text = text("###");
    text.add("one #");
    assertThat(String.join("", pieces)).isEqualTo("one");
    text.end();
    assertThat(String.join("", pieces)).isEqualTo("one #");
  }

  @Test
  void noCharacterIsToldInHalves() {
    StoppedText text = text("xy");
    text.add("a\uD83D\uDE00");
    assertThat(pieces).containsExactly("a");
    text.end();
    assertThat(pieces).containsExactly("a", "\uD83D\uDE00");
  }
}
