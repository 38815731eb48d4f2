package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.jinja.dialect.JinjaException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonLiteralTest {

  @Test
  void readsTextsNumbersListsAndDictionaries() {
    assertThat(PythonLiteral.parse("['it\\'s', \"a \\\"b\\\"\", 'c\\n\\u00e9']"))
        .isEqualTo(List.of("it's", "a \"b\"", "c\n\u00e9"));
    assertThat(PythonLiteral.parse(" (1, -2.5, True, None) "))
        .isEqualTo(Arrays.asList(1L, -2.5, true, null));
    assertThat(PythonLiteral.parse("[{'a': ['b', ('c',)]}]"))
        .isEqualTo(List.of(Map.of("a", List.of("b", List.of("c")))));
    assertThat(PythonLiteral.parse("'}}'")).isEqualTo("}}");
  }

  @Test
  void aSignBelongsToItsNumber() {
    assertThat(PythonLiteral.parse("-1")).isEqualTo(-1L);
    assertThat(PythonLiteral.parse("+2")).isEqualTo(2L);
    assertThat(PythonLiteral.parse("-2.5e3")).isEqualTo(-2500.0);
    assertThat(PythonLiteral.parse("-0.0")).isEqualTo(-0.0);
    assertThat(PythonLiteral.parse("[-1, +2, -3.5]")).isEqualTo(List.of(-1L, 2L, -3.5));
    assertThat(PythonLiteral.parse("{'a': -1}")).isEqualTo(Map.of("a", -1L));
  }

  @Test
  void formsOfNumbersTextsAndCollectionsAreThoseOfAst() {
    assertThat(PythonLiteral.parse("1_000")).isEqualTo(1000L);
    assertThat(PythonLiteral.parse("0x1F")).isEqualTo(31L);
    assertThat(PythonLiteral.parse("0b11")).isEqualTo(3L);
    assertThat(PythonLiteral.parse("0o17")).isEqualTo(15L);
    assertThat(PythonLiteral.parse("1e16")).isEqualTo(1e16);
    assertThat(PythonLiteral.parse("'a' 'b'")).isEqualTo("ab");
    assertThat(PythonLiteral.parse("'\\\\'")).isEqualTo("\\");
    assertThat(PythonLiteral.parse("''")).isEqualTo("");
    assertThat(PythonLiteral.parse("(1)")).isEqualTo(1L);
    assertThat(PythonLiteral.parse("(1,)")).isEqualTo(List.of(1L));
    assertThat(PythonLiteral.parse("()")).isEqualTo(List.of());
    assertThat(PythonLiteral.parse("[1, 2,]")).isEqualTo(List.of(1L, 2L));
    assertThat(PythonLiteral.parse("[1,\n 2]")).isEqualTo(List.of(1L, 2L));
    assertThat(PythonLiteral.parse("{1: 'x', 'y': [2]}"))
        .isEqualTo(Map.of(1L, "x", "y", List.of(2L)));
    assertThat(PythonLiteral.parse("None")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[x]",
        "['a'",
        "f('a')",
        "'a'|upper",
        "1 + 1",
        "'a'}} {{'b'",
        "[a.b]",
        "1 -",
        "-",
        "- x",
        "-'a'"
      })
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> PythonLiteral.parse(text))
        .isInstanceOf(JinjaException.class)
        .hasMessageStartingWith("no Python literal");
  }
}
