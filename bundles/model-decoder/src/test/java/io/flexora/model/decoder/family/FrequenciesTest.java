package io.flexora.model.decoder.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Frequencies of published models against those of transformers. */
class FrequenciesTest {
  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> areThoseOfTransformersButForTheLastBit() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/tiny/frequencies.json")) {
      JsonNode cases = new ObjectMapper().readTree(in);
      return Stream.iterate(0, i -> i + 1)
          .limit(cases.size())
          .map(i -> cases.get(i))
          .map(c -> DynamicTest.dynamicTest(c.get("config").toString(), () -> check(c)));
    }
  }

  private void check(JsonNode one) throws IOException {
    Files.writeString(folder.resolve("config.json"), one.get("config").toString());
    float[] own = Decoder.ofFolder(folder).shape().rotaries().get(0).frequencies();

    assertThat(own).hasSize(one.get("frequencies").size());
    for (int i = 0; i < own.length; i++) {
      float wanted = (float) one.get("frequencies").get(i).doubleValue();
      // Vectorised powers differ from machine to machine in the last bit.
      assertThat(Math.abs(own[i] - wanted)).isLessThanOrEqualTo(2 * Math.ulp(wanted));
    }
  }
}
