package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares with what transformers 5.24 made of the same conversations by templates of our own,
 * built like those of Llama 2 and 3, Mistral, Qwen 2.5 and 3, Gemma, ChatML, Zephyr and Phi.
 */
class ChatReferenceTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2025-03-07T14:05:09Z"), ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> rendersWhatTransformersRenders() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = ChatReferenceTest.class.getResourceAsStream("chats.json")) {
      JsonNode reference = JSON.readTree(in);
      for (JsonNode each : reference.get("templates")) {
        JinjaTemplate template =
            JinjaTemplate.parse(each.get("template").asText(), JinjaOptions.forChat(NOW));
        for (JsonNode variant : each.get("cases")) {
          String name = each.get("name").asText() + ": " + variant.get("conversation").asText();
          Map<String, Object> variables = variables(reference, variant);
          tests.add(DynamicTest.dynamicTest(name, () -> check(template, variables, variant)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(300);
    return tests.stream();
  }

  private static Map<String, Object> variables(JsonNode reference, JsonNode variant) {
    Map<String, Object> variables = new HashMap<>(Map.of("bos_token", "<s>", "eos_token", "</s>"));
    variant
        .get("variables")
        .properties()
        .forEach(e -> variables.put(e.getKey(), JSON.convertValue(e.getValue(), Object.class)));
    JsonNode messages = reference.get("conversations").get(variant.get("conversation").asText());
    variables.put("messages", JSON.convertValue(messages, List.class));
    if (variant.get("tools").asBoolean()) {
      variables.put("tools", JSON.convertValue(reference.get("tools"), List.class));
    }
    return variables;
  }

  private static void check(
      JinjaTemplate template, Map<String, Object> variables, JsonNode variant) {
    if (variant.has("expected")) {
      assertThat(template.render(variables)).isEqualTo(variant.get("expected").asText());
      return;
    }
    String refused = variant.get("refused").asText();
    String raised = refused.startsWith("TemplateError: ") ? refused.substring(15) : "";
    assertThatThrownBy(() -> template.render(variables))
        .isInstanceOf(JinjaException.class)
        .hasMessageStartingWith("the chat template, line ")
        .hasMessageEndingWith(raised);
  }
}
