package io.flexora.formats.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TargetRulesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode reference() throws IOException {
    try (InputStream in = TargetRulesTest.class.getResourceAsStream("peft-targets.json")) {
      return JSON.readTree(in);
    }
  }

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(reference().get("cases").spliterator(), false);
  }

  /** What PEFT itself adapts of these paths; made by framework/interop. */
  @ParameterizedTest
  @MethodSource("cases")
  void adaptsWhatPeftAdapts(JsonNode one) throws IOException {
    TargetRules rules = TargetRules.of(keys(one.get("configuration")));
    List<String> adapted = texts(reference().get("paths")).filter(rules::adapts).toList();
    assertThat(adapted).isEqualTo(texts(one.get("adapted")).toList());
  }

  private static Stream<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue);
  }

  private static Map<String, Object> keys(JsonNode object) {
    Map<?, ?> map = JSON.convertValue(object, Map.class);
    Map<String, Object> keys = new HashMap<>();
    map.forEach((key, value) -> keys.put(key.toString(), value));
    return keys;
  }

  @Test
  void allLinearIsEveryOne() {
    TargetRules rules = TargetRules.of(Map.of("target_modules", "all-linear"));
    assertThat(rules.adapts("model.layers.3.mlp.up_proj")).isTrue();
  }

  @Test
  void anEmptyPatternOfLayersIsNone() {
    List<String> names = List.of("q_proj");
    TargetRules all = TargetRules.of(Map.of("target_modules", names, "layers_pattern", ""));
    assertThat(all.adapts("model.layers.2.self_attn.q_proj")).isTrue();
    TargetRules one =
        TargetRules.of(
            Map.of(
                "target_modules", names, "layers_to_transform", List.of(1), "layers_pattern", ""));
    assertThat(one.adapts("model.layers.1.self_attn.q_proj")).isTrue();
    assertThat(one.adapts("model.layers.2.self_attn.q_proj")).isFalse();
  }

  @Test
  void refusesWhatPeftRefuses() {
    assertRefused("regular expression", "target_modules", ".*q", "layers_to_transform", List.of(1));
    assertRefused("no layers_to_transform", "target_modules", List.of("q"), "layers_pattern", "h");
    assertRefused("target_modules", "target_modules", "(((");
    assertRefused("is [1], but has to be a list of names", "target_modules", List.of(1));
    assertRefused("a list of layers", "layers_to_transform", List.of("x"));
  }

  @Test
  void anExpressionThatWouldNeverEndIsRefused() {
    TargetRules rules =
        TargetRules.of(Map.of("target_modules", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)\\1#"));
    assertThatThrownBy(() -> rules.adapts("model.layers.10.self_attn.q_proj.model.layers.10"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("takes too long");
  }

  @Test
  void alternativesThatMatchNothingAreCounted() {
    assertRefused("match nothing", "target_modules", ".*" + "(?:|)".repeat(40) + "#");
    assertRefused("match nothing", "target_modules", ".*" + "(a?|[b]*|(?=c)|\\b)".repeat(20) + "#");
    assertRefused("match nothing", "exclude_modules", "(?:(x|)(|y)|(?:)z{0,3}){9}".repeat(12));
    TargetRules usual =
        TargetRules.of(
            Map.of(
                "target_modules",
                "(?:.*?(?:language|text).*?(?:self_attn|attention|attn|mlp).*?(?:k_proj|q_proj).*?)"
                    + "|(?:\\bmodel\\.layers\\.[\\d]{1,}\\.(?:self_attn|mlp)\\.(?:(?:k_proj|q_proj)))"));
    assertThat(usual.adapts("model.layers.3.self_attn.q_proj")).isTrue();
    assertThat(usual.adapts("model.layers.3.self_attn.v_proj")).isFalse();
  }

  private static void assertRefused(String message, Object... keys) {
    Map<String, Object> configuration = new HashMap<>();
    for (int i = 0; i < keys.length; i += 2) {
      configuration.put((String) keys[i], keys[i + 1]);
    }
    assertThatThrownBy(() -> TargetRules.of(configuration))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }
}
