package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.cli.command.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {

  @TempDir Path home;

  @BeforeEach
  void dropAFileThatIsNoPlugin() throws Exception {
    Files.createDirectories(home.resolve("bundles"));
    Files.createDirectories(home.resolve("plugins"));
    Files.writeString(home.resolve("plugins/broken.jar"), "no jar");
  }

  @Test
  void aBrokenPluginIsListedWithItsCauseAndIsNoFailure() {
    Invocation list = Invocation.at(home, "plugins");

    assertThat(list.code()).isZero();
    assertThat(list.out()).contains("broken.jar is ", "0 extensions of 0 plugins; 1 not in use");
    assertThat(list.out()).doesNotContain("\u001b");
    assertThat(list.err()).isEmpty();
  }

  @Test
  void aPluginThatIsNotInUseIsFoundByItsName() {
    Invocation show = Invocation.at(home, "plugins", "show", "broken.jar");

    assertThat(show.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(show.err())
        .contains("there is no extension or plugin 'broken.jar'; plugin broken.jar is not in use: ")
        .doesNotContain("did you mean");
  }

  @Test
  void jsonModePrintsObjectsAndNothingElse() throws Exception {
    Invocation list = Invocation.at(home, "plugins", "list", "--json");

    JsonNode plugin = new ObjectMapper().readTree(list.out());
    assertThat(list.out()).hasLineCount(1);
    assertThat(plugin.get("type").asText()).isEqualTo("plugin");
    assertThat(plugin.get("name").asText()).isEqualTo("broken.jar");
    assertThat(plugin.get("state").asText()).isNotEqualTo("active");
    assertThat(plugin.get("cause").asText()).isNotEmpty();
  }

  @Test
  void aFurtherFolderOfPluginsIsListedToo() throws Exception {
    Path more = Files.createDirectory(home.resolve("more"));
    Files.writeString(more.resolve("other.jar"), "no jar");

    assertThat(Invocation.at(home, "plugins", "--plugins", more.toString()).out())
        .contains("broken.jar", "other.jar");
  }

  @Test
  void theSchemaIsADocumentInEveryMode() throws Exception {
    JsonNode schema = new ObjectMapper().readTree(Invocation.at(home, "schema", "--quiet").out());

    assertThat(schema.at("/properties/seed").isMissingNode()).isFalse();
  }
}
