package io.flexora.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flexora.config.binding.Points;
import io.flexora.config.yaml.ConfigNode.Mapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {

  private final ConfigurationReader reader = new ConfigurationReader();
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("quickstart.yaml");
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    assertThat(refusal()).isEqualTo(file + ": there is no such file");
  }

  @Test
  void aFileWithAlmostThatNameIsSuggested() throws IOException {
    Files.writeString(folder.resolve("quick_start.yaml"), "name: a");
    assertThat(refusal())
        .isEqualTo(
            file
                + ": there is no such file; did you mean '"
                + folder.resolve("quick_start.yaml")
                + "'?");
  }

  @Test
  void aFileThatTheInstallationHasIsNamed() throws IOException {
    Path installed = Files.createDirectory(folder.resolve("config")).resolve("first-run.yaml");
    Files.writeString(installed, "name: a");
    ConfigurationReader ofInstallation = new ConfigurationReader(Optional.of(folder));
    Path relative = Path.of("config", "first-run.yaml");
    assertThatThrownBy(() -> ofInstallation.read(relative))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(relative + ": there is no such file; the installation has one: " + installed);
  }

  @Test
  void aFolderIsRefused() throws IOException {
    Files.createDirectory(file);
    assertThat(refusal()).isEqualTo(file + ": this is a folder; name a YAML file in it");
  }

  @Test
  void aFileThatIsTooLargeIsRefusedUnread() throws IOException {
    Files.writeString(file, "name: " + "a".repeat(1 << 20));
    assertThat(refusal()).isEqualTo(file + ": the file is larger than 1048576 bytes");
  }

  @Test
  void bytesThatAreNotUtf8AreShownWithTheirPlace() throws IOException {
    Files.write(file, "name: a\ntext: é\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal()).isEqualTo(file + ":2:7: the file is not UTF-8 text from here on");
  }

  @Test
  void aTextThatIsCutInTheMiddleOfACharacterIsNotUtf8() throws IOException {
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xE2, (byte) 0x82});
    assertThat(refusal()).isEqualTo(file + ":1:4: the file is not UTF-8 text from here on");
  }

  @Test
  void aControlCharacterIsShownWithItsPlace() throws IOException {
    Files.writeString(file, "name: a\nb: \u0000\n");
    assertThat(refusal()).isEqualTo(file + ":2:4: the character U+0000 is not accepted in YAML");
  }

  @Test
  void aByteOrderMarkAndCarriageReturnsAreNoMatter() throws IOException {
    Files.writeString(file, "\uFEFFname: ä\r\nseed: 1\r\n");
    Mapping root = (Mapping) reader.read(file);
    assertThat(root.entries()).extracting(ConfigNode.Entry::key).containsExactly("name", "seed");
    assertThat(root.get("seed").orElseThrow().location()).hasToString(file + ":2:7");
  }

  @Test
  void deepNestingIsRefused() {
    for (String text : new String[] {"[".repeat(100_000), "{a: ".repeat(100_000), blocks(200)}) {
      assertThat(refusal(text))
          .matches("deep.yaml:[0-9]+:[0-9]+: this is nested deeper than 50 levels");
    }
  }

  @Test
  void nestingByAliasesIsBounded() {
    StringBuilder text = new StringBuilder("- &a0 [x]\n");
    for (int i = 1; i < 2000; i++) {
      text.append("- &a").append(i).append(" [*a").append(i - 1).append("]\n");
    }
    assertThat(refusal(text.toString()))
        .endsWith("with its aliases written out, the file has more than 20000 values");
  }

  @Test
  void relativePathsStartFromTheFileThatNamesThem() throws IOException {
    Files.writeString(file, "name: a\nadapter: lora\ndata: ../rows.jsonl\n");
    ConfigNode node = reader.read(file);
    assertThat(Points.binder().bind(node, Points.Experiment.class).value().data())
        .contains(folder.resolveSibling("rows.jsonl").toAbsolutePath());
    ConfigNode flagged = reader.override(node, java.util.List.of("data=rows.jsonl"));
    assertThat(Points.binder().bind(flagged, Points.Experiment.class).value().data())
        .contains(Path.of("rows.jsonl").toAbsolutePath());
  }

  private static String blocks(int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      text.append(" ".repeat(i)).append("a:\n");
    }
    return text.toString();
  }

  private String refusal() {
    return catchThrowableOfType(ConfigurationException.class, () -> reader.read(file)).getMessage();
  }

  private String refusal(String text) {
    return catchThrowableOfType(ConfigurationException.class, () -> reader.parse(text, "deep.yaml"))
        .getMessage();
  }
}
