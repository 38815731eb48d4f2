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

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "[x]", "['a'", "f('a')", "'a'|upper", "1 + 1", "'a'}} {{'b'", "[a.b]"})
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> PythonLiteral.parse(text))
        .isInstanceOf(JinjaException.class)
        .hasMessageStartingWith("no Python literal");
  }
}
