package io.flexora.jinja.filter;

import io.flexora.jinja.LongTexts;
import io.flexora.jinja.dialect.JinjaOptions;
import java.util.Collection;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LongTextFilterTest {

  static Collection<String> filters() {
    return new TreeSet<>(Filters.of(JinjaOptions.forPrompt("doc_to_text")).names());
  }

  @ParameterizedTest
  @MethodSource("filters")
  void endsOnLongTexts(String filter) {
    LongTexts.renderAll("{{ (text|" + filter + ")|string|length }}");
    LongTexts.renderAll("{{ ('a'|" + filter + "(text, text))|string|length }}");
  }
}
