package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {

  private static final String YAML = "name: a\nmodel: {use: encoder, source: \"hf:ä/b\"}\n";

  @TempDir Path folder;

  @Test
  void aFlippedBitOrACutIsNamed() throws IOException {
    Path file = folder.resolve("configuration.yaml");
    byte[] whole = ConfigurationFile.content(YAML).getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      requireNamed(file, flipped);
      requireNamed(file, Arrays.copyOf(whole, at));
    }
    Files.write(file, whole);
    assertThat(ConfigurationFile.read(file)).isEqualTo(YAML);
    Files.writeString(file, YAML);
    assertThat(ConfigurationFile.read(file)).isEqualTo(YAML);
  }

  private static void requireNamed(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    assertThatThrownBy(() -> ConfigurationFile.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(file + " was changed after it was written");
  }
}
