package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.formats.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreTokenizerTest {

  /** A tokenizer that cuts in that way and has the pieces as its tokens. */
  private static NativeTokenizer cutting(String name, Set<String> pieces) {
    PreTokenizer cut = PreTokenizer.named(name, "test");
    GgufMetadata metadata =
        GgufMetadata.builder().putStrings("tokenizer.ggml.tokens", List.copyOf(pieces)).build();
    ObjectNode root = GgufJson.byteLevel(cut, new GgufVocabulary(metadata, "test"), List.of());
    ((ObjectNode) root.path("model")).put("ignore_merges", true);
    root.putArray("added_tokens");
    return NativeTokenizer.open(new TokenizerJson("test", root));
  }

  static Iterable<JsonNode> cuts() {
    return Fixture.of(".").read("cuts.json");
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void cutsAsTheTokenizersLibraryWithTransformersExpressions(JsonNode expected) {
    Set<String> pieces = new TreeSet<>();
    expected.path("texts").forEach(t -> t.forEach(p -> pieces.add(ByteAlphabet.spell(p.asText()))));
    List<String> sorted = List.copyOf(pieces);
    try (NativeTokenizer tokenizer = cutting(expected.path("name").asText(), pieces)) {
      for (JsonNode text : expected.path("texts")) {
        List<String> cut = new ArrayList<>();
        text.forEach(piece -> cut.add(piece.asText()));
        List<Integer> ids =
            cut.stream().map(piece -> sorted.indexOf(ByteAlphabet.spell(piece))).toList();
        assertThat(tokenizer.ids(String.join("", cut)))
            .as("%s: %s", expected.path("name"), cut)
            .containsExactly(ids.stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "deepseek-llm", "deepseek-coder", "deepseek-v3"})
  void losesNothing(String name) {
    Set<String> bytes = new TreeSet<>();
    for (int c = 0; c < 0x10000; c += c < 0x80 ? 1 : 0x3f) {
      ByteAlphabet.spell(Character.toString(c))
          .chars()
          .mapToObj(Character::toString)
          .forEach(bytes::add);
    }
    try (NativeTokenizer tokenizer = cutting(name, bytes)) {
      String text = "L'été 2024, naïve: 日本語 123456!\r\n  x = [a_b] + 7.5;\t\n ";
      assertThat(tokenizer.text(tokenizer.ids(text))).isEqualTo(text);
    }
  }

  @Test
  void composesCharactersForQwen() {
    try (NativeTokenizer tokenizer = cutting("qwen2", Set.of(ByteAlphabet.spell("é")))) {
      assertThat(tokenizer.ids("e\u0301")).containsExactly(0);
    }
  }

  @Test
  void cutsForStableLm2AsForQwen() {
    assertThat(PreTokenizer.named("stablelm2", "test"))
        .isEqualTo(PreTokenizer.named("qwen2", "test"));
  }

  @Test
  void cutsNumbersAsDeepSeekDoes() {
    Set<String> pieces = new TreeSet<>(Set.of("Ġa", "123", "45", "Ġ", "\u00e6\u0139\u00a5"));
    try (NativeTokenizer tokenizer = cutting("deepseek-v3", pieces)) {
      List<String> sorted = List.copyOf(pieces);
      assertThat(tokenizer.ids("12345 a"))
          .containsExactly(sorted.indexOf("123"), sorted.indexOf("45"), sorted.indexOf("Ġa"));
    }
  }

  @Test
  void spellsEveryByte() {
    Set<String> spelled = new TreeSet<>();
    StreamSupport.stream(cuts().spliterator(), false)
        .flatMap(c -> StreamSupport.stream(c.path("texts").spliterator(), false))
        .forEach(text -> text.forEach(piece -> spelled.add(piece.asText())));
    assertThat(spelled).hasSizeGreaterThan(200);
    for (String piece : spelled) {
      assertThat(ByteAlphabet.bytes(ByteAlphabet.spell(piece)))
          .hasValueSatisfying(
              bytes -> assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(piece));
    }
    assertThat(ByteAlphabet.bytes("▁a")).isEmpty();
  }
}
