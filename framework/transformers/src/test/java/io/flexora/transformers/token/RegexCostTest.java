package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexCostTest {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

  /** Those of GPT-2, Llama 3, Qwen 2, GPT-4o, DeepSeek, CLIP, Bloom, Kimi, T5 and others. */
  @Test
  void takesWhatPublishedTokenizersCutTextsWith() {
    List<String> published =
        List.of(
            Splits.GPT_2,
            Splits.words("\\p{N}{1,3}"),
            Splits.words("\\p{N}"),
            Splits.casedWords(CONTRACTIONS + "?", "\\p{N}{1,3}"),
            "[\r\n]",
            "\\s?" + Splits.CASED_LETTERS + "+",
            "\\s+$",
            Splits.EAST_ASIAN,
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]"
                + "|[^\\s\\p{L}\\p{N}]+",
            " ?[^(\\s|[.,!?…。，、।۔،])]+",
            "[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*"
                + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+"
                + CONTRACTIONS
                + "?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+"
                + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*"
                + CONTRACTIONS
                + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            " {2,}",
            "\\s+",
            "[0-9][0-9][0-9]");
    assertThat(published)
        .allSatisfy(
            regex ->
                assertThat(RegexCost.of(regex).longestText())
                    .as(regex)
                    .isEqualTo(RegexCost.LONGEST));
  }

  @Test
  void takesGroupsOfDigitsOnShortTexts() {
    RegexCost cost = RegexCost.of("\\p{N}{1,3}(?=(?:\\p{N}{3})*(?:\\P{N}|$))");

    assertThat(cost.longestText()).isEqualTo(1 << 16);
    assertThat(cost.shortestMatch()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|a)*b",
        "(?:a|aa)+$",
        "a*a*b",
        ".*.*.*x",
        "(\\w+\\s?)*!",
        "(.)\\1+",
        "(?<=a*)b(?<n>c)",
        "a{1,1000}{1,1000}",
        "(?:a{0,1000}){0,1000}",
        "(?:(?=.*a)a)*",
        "a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaa",
        "(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)b",
        "\\X+x",
        "(?R)",
        "\\k<n>",
        "(?>a)",
        "[",
        "(",
        "a)",
        "\\",
        "a{99999}",
        ""
      })
  void refusesWhatMayComputeWithoutEnd(String regex) {
    assertThatThrownBy(() -> RegexCost.of(regex)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\\s\\S]*b", "a*b", "\\w+\\W", "(?=\\d+x)\\d", "(?:abc){15,40}d"})
  void takesWhatSearchesFarOnShortTexts(String regex) {
    assertThat(RegexCost.of(regex).longestText()).isEqualTo(1 << 16);
  }

  @Test
  void aGroupIsRepeatedInAsManyWaysAsItHasNumbersOfRepetitions() {
    assertThat(RegexCost.of("(?:bc){2}d").longestText()).isEqualTo(RegexCost.LONGEST);
    for (String group : List.of("", "(?:bc){2}", "(?:bc){2,3}")) {
      assertThatThrownBy(() -> RegexCost.of("a{0,16}".repeat(12) + group + "d"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("too many ways");
    }
  }

  @Test
  void findsTheShortestMatch() {
    assertThat(RegexCost.of("ab?c+|xyz").shortestMatch()).isEqualTo(2);
    assertThat(RegexCost.of("a*|b").shortestMatch()).isZero();
    assertThat(RegexCost.of("(?:ab){2}").shortestMatch()).isEqualTo(4);
    assertThat(RegexCost.of("(?:(?:(?:a{1000}){1000}){1000}){1000}").shortestMatch())
        .isEqualTo(RegexCost.LONGEST);
  }
}
