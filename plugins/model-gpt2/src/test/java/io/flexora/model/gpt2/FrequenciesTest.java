package io.flexora.model.gpt2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frequencies of a GPT-NeoX, under older and newer keys and with each scaling, against {@code
 * GPTNeoXRotaryEmbedding} of transformers 5.24.
 */
class FrequenciesTest {

  @TempDir private Path folder;

  static List<JsonNode> cases() throws IOException {
    try (InputStream in = FrequenciesTest.class.getResourceAsStream("/tiny/frequencies.json")) {
      return List.of(new ObjectMapper().readValue(in, JsonNode[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areThoseOfTransformersButForTheLastBit(JsonNode one) throws IOException {
    Files.writeString(folder.resolve("config.json"), one.get("config").toString());
    float[] own = ((Gpt) Gpt.read(folder)).frequencies().orElseThrow();

    assertThat(one.get("attention").doubleValue()).isEqualTo(1);
    assertThat(own).hasSize(one.get("frequencies").size());
    for (int i = 0; i < own.length; i++) {
      float wanted = (float) one.get("frequencies").get(i).doubleValue();
      // Vectorised powers differ from machine to machine in the last bit.
      assertThat(Math.abs(own[i] - wanted)).isLessThanOrEqualTo(2 * Math.ulp(wanted));
    }
  }
}
