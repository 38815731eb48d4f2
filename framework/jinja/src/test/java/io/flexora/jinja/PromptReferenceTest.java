package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.jinja.dialect.JinjaOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares with what jinja2 3.1.6 made of the same templates. */
class PromptReferenceTest {

  @TestFactory
  List<DynamicTest> rendersWhatJinja2Renders() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = PromptReferenceTest.class.getResourceAsStream("prompts.json")) {
      JsonNode reference = json.readTree(in);
      Map<?, ?> variables = json.convertValue(reference.get("variables"), Map.class);
      for (JsonNode each : reference.get("cases")) {
        String template = each.get("template").asText();
        tests.add(
            DynamicTest.dynamicTest(
                template,
                () ->
                    assertThat(render(template, variables))
                        .isEqualTo(each.get("expected").asText())));
      }
    }
    assertThat(tests).hasSizeGreaterThan(40);
    return tests;
  }

  @SuppressWarnings("unchecked") // JSON objects have texts as keys
  private static String render(String template, Map<?, ?> variables) {
    return JinjaTemplate.parse(template, JinjaOptions.forPrompt("the template"))
        .render((Map<String, ?>) variables);
  }
}
