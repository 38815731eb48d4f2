package io.flexora.jinja.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextCaseTest {
  private static final String[] PIECES = {
    "a",
    "B",
    "ß",
    "\u0130",
    "i",
    "Σ",
    "σ",
    ".",
    " ",
    "\u0149",
    "\ufb03",
    "\ud801\udc00",
    "é",
    "\u0301"
  };

  @Test
  void changesLongTextsAsTheJdkDoes() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(4000);
      for (int i = 0; i < length; i++) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      String made = text.toString();
      assertThat(TextCase.upper(made)).isEqualTo(made.toUpperCase(Locale.ROOT));
      String plain = made.replace("Σ", "σ");
      assertThat(TextCase.lower(plain)).isEqualTo(plain.toLowerCase(Locale.ROOT));
    }
  }

  /** The lower case is that of Python 3.11. */
  @ParameterizedTest
  @CsvSource({
    "Σ,σ",
    "ΑΣ,ας",
    "ΑΣ.Α,ασ.α",
    "\u03a3\u0130\u2177',\u03c3i\u0307\u2177'",
    "\u4e2d\u03a3'\u0391.\u02b0 \u03c3,\u4e2d\u03c3'\u03b1.\u02b0 \u03c3",
    "\u03c3B\u03a3\u00aax\u03a3\u03a3\u0391\u0391,\u03c3b\u03c3\u00aax\u03c3\u03c3\u03b1\u03b1",
    "\u0391\u0130\u02b0\u03c3\u03a3-,\u03b1i\u0307\u02b0\u03c3\u03c2-",
    "\u0130-\u0391\u00aaxa\u03c3.\u03a3,i\u0307-\u03b1\u00aaxa\u03c3.\u03c2",
    "\u00aax\u03a3\u0130\u0301a\u02b0,\u00aax\u03c3i\u0307\u0301a\u02b0",
    ".1\ud801\udc00\u03a3\u0301,.1\ud801\udc28\u03c2\u0301"
  })
  void changesASigmaAtTheEndOfAWordAsPythonDoes(String text, String lower) {
    assertThat(TextCase.lower(text)).isEqualTo(lower);
  }

  @Test
  void takesTimeThatGrowsWithTheLength() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          assertThat(TextCase.upper("ß".repeat(10_000_000))).hasSize(20_000_000);
          assertThat(TextCase.lower("\u0130".repeat(10_000_000))).hasSize(20_000_000);
          assertThat(TextCase.lower("aΣ.".repeat(1_000_000))).endsWith("aς.");
        });
  }
}
