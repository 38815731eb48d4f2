package io.flexora.plugin.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Locks that were edited by hand, or come from elsewhere. */
class PluginsLockTest {

  private static final LockedPlugin PLUGIN =
      new LockedPlugin(
          "p", "1.0.0", "p.jar", "/x/p.jar", "", "/x/p.jar", "0123456789abcdef".repeat(4), 5, "");

  private final Path plugins;
  private final Path file;

  PluginsLockTest(@TempDir Path folder) {
    plugins = folder.resolve("plugins");
    file = folder.resolve("plugins.lock");
  }

  private String written() throws IOException {
    new PluginsLock(file, List.of(PLUGIN)).write();
    return Files.readString(file);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    PluginsLock lock = new PluginsLock(file, List.of(PLUGIN));
    assertThat(written()).doesNotContain("index", "signed_by");
    assertThat(PluginsLock.of(plugins)).isEqualTo(lock);
  }

  @Test
  void withoutAFileNothingIsLocked() {
    assertThat(PluginsLock.of(plugins).plugins()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"p.jar\"|\"../p.jar\"|file is '../p.jar'",
        "\"p.jar\"|\"a/p.jar\"|file is 'a/p.jar'",
        "\"p.jar\"|\".p.jar\"|file is '.p.jar'",
        "\"name\" : \"p\"|\"name\" : \"p\\u001b\"|name is",
        "\"0123|\"x123|sha256 is 'x123",
        "\"bytes\"|\"byte\"|byte",
        "\"format\" : 1|\"format\" : 2|its format is 2",
        "\"format\"|\"plugins\"|plugins",
        "[ {|[ null, {|nothing",
        "} ]|} ] ]|line "
      })
  void whatIsNotOfTheFormIsRefused(String from, String to, String why) throws IOException {
    String good = written();
    Files.writeString(file, good.replace(from, to));
    assertThat(file).content().isNotEqualTo(good);
    assertThatThrownBy(() -> PluginsLock.of(plugins))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(file + " cannot be used")
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aPluginOrFileThatIsNamedTwiceIsRefused() throws IOException {
    String good = written();
    String entry = good.substring(good.indexOf('[') + 1, good.indexOf(']'));
    Files.writeString(file, good.replace(entry, entry + "," + entry));
    assertThatThrownBy(() -> PluginsLock.of(plugins)).hasMessageContaining("it names p twice");
  }

  @Test
  void aMutantIsALockOrOneMessage() throws IOException {
    byte[] good = written().getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(Long.getLong("flexora.test.seed", 1L));
    for (int i = 0; i < 2000; i++) {
      byte[] mutant = good.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, mutant);
      try {
        PluginsLock.of(plugins);
      } catch (FlexoraException e) {
        assertThat(e).hasMessageContaining("plugins.lock cannot be used");
      }
    }
  }
}
