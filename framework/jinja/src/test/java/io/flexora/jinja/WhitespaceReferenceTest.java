package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Compares white space and undefined values with jinja2 3.1.6, in both of our environments. */
class WhitespaceReferenceTest {
  private static final Map<String, Object> VARIABLES =
      Map.of("t", true, "l", java.util.List.of("a", "b"), "m", Map.of("y", 1));

  @Test
  void keepsAndRemovesWhatJinja2KeepsAndRemoves() throws IOException {
    try (InputStream in = WhitespaceReferenceTest.class.getResourceAsStream("whitespace.json")) {
      JsonNode cases = new ObjectMapper().readTree(in).get("cases");
      assertThat(cases).hasSizeGreaterThan(15);
      for (JsonNode each : cases) {
        check(each, "prompt", JinjaOptions.forPrompt("prompt"));
        check(each, "chat", JinjaOptions.forChat());
      }
    }
  }

  private static void check(JsonNode each, String environment, JinjaOptions options) {
    JinjaTemplate template = JinjaTemplate.parse(each.get("template").asText(), options);
    if (each.has(environment)) {
      assertThat(template.render(VARIABLES))
          .as("%s: %s", environment, each.get("template"))
          .isEqualTo(each.get(environment).asText());
    } else {
      assertThatThrownBy(() -> template.render(VARIABLES)).isInstanceOf(JinjaException.class);
    }
  }
}
