package io.flexora.jinja.method;

import io.flexora.jinja.LongTexts;
import java.util.Collection;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LongTextMethodTest {

  static Collection<String> methods() {
    return new TreeSet<>(TextMethods.names());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void endsOnLongTexts(String method) {
    LongTexts.renderAll("{{ (text." + method + "())|string|length }}");
    LongTexts.renderAll("{{ (text." + method + "('a', 'b'))|string|length }}");
    LongTexts.renderAll("{{ (text." + method + "(text))|string|length }}");
  }
}
