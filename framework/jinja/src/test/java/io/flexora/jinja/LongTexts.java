package io.flexora.jinja;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Texts of 300,000 characters, on which work that grows with the square does not end. */
public final class LongTexts {
  private static final int LENGTH = 300_000;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Letters that grow, a sigma, what formats, numbers, words, lines and patterns are made of. */
  private static final List<String> PIECES =
      List.of(
          "ß",
          "\u0130",
          "\u0149",
          "aΣ",
          "Σ.",
          "0",
          "1_",
          "[",
          "{",
          "{}",
          "{0[",
          "%",
          "%(",
          "_",
          " ",
          "\n",
          "&",
          ".",
          "-",
          "a ",
          "\\",
          "\ud83d\ude00",
          "0.");

  private LongTexts() {}

  /** One text of each kind. */
  public static Stream<String> all() {
    return PIECES.stream().map(piece -> piece.repeat(LENGTH / piece.length()));
  }

  /** Renders in bounded time, be it to a result or to a refusal. */
  public static void renderAll(String template) {
    JinjaTemplate parsed = JinjaTemplate.parse(template, JinjaOptions.forPrompt("doc_to_text"));
    all()
        .forEach(
            text ->
                assertTimeoutPreemptively(
                    LIMIT,
                    () -> {
                      try {
                        parsed.render(Map.of("text", text));
                      } catch (JinjaException e) {
                        // A refusal ends it, too.
                      }
                    },
                    () -> template + " of a text of '" + text.substring(0, 4) + "'"));
  }
}
