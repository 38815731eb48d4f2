package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that install, update and remove plugins. */
class PluginInstallTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  @TempDir Path elsewhere;

  @BeforeEach
  void makeAnInstallation() throws IOException {
    Files.createDirectories(home.resolve("bundles"));
  }

  private Path jar(String version) throws IOException {
    return jar("p", version, elsewhere.resolve("p-" + version + ".jar"));
  }

  /** The same bytes whenever it is made. */
  private static Path jar(String name, String version, Path file) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", name);
    headers.putValue("Bundle-Version", version);
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      ZipEntry entry = new ZipEntry(JarFile.MANIFEST_NAME);
      entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
      jar.putNextEntry(entry);
      manifest.write(jar);
    }
    return file;
  }

  private Invocation install(String... more) throws IOException {
    String[] words = new String[more.length + 3];
    words[0] = "plugins";
    words[1] = "install";
    words[2] = jar("1.0.0").toString();
    System.arraycopy(more, 0, words, 3, more.length);
    return Invocation.at(home, words);
  }

  @Test
  void aPluginIsInstalledUpdatedAndRemoved() throws Exception {
    Invocation installed = install();
    assertThat(installed.code()).as(installed.err()).isZero();
    assertThat(installed.out()).contains("Installed p 1.0.0 from ", "SHA-256 ");
    assertThat(home.resolve("plugins.lock")).content().contains("\"version\" : \"1.0.0\"");

    Invocation updated =
        Invocation.at(home, "plugins", "update", "p", "--from", jar("1.1.0").toString());
    assertThat(updated.code()).as(updated.err()).isZero();
    assertThat(updated.out()).contains("Updated p 1.1.0");
    assertThat(Invocation.at(home, "plugins", "update").out()).contains("Unchanged: p 1.1.0");
    Path jar = home.resolve("plugins/p.jar");
    Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
    assertThat(Invocation.at(home, "plugins", "update").out()).contains("Restored p 1.1.0");
    Files.delete(jar);
    assertThat(Invocation.at(home, "plugins", "update").out()).contains("Restored p 1.1.0");
    assertThat(Invocation.at(home, "plugins", "update").out()).contains("Unchanged: p 1.1.0");

    assertThat(Invocation.at(home, "plugins", "remove", "p").out()).contains("Removed p 1.1.0");
    assertThat(home.resolve("plugins")).isDirectoryNotContaining("glob:**.jar");
  }

  @Test
  void jsonModeTellsWhatTheLockHolds() throws Exception {
    JsonNode object = JSON.readTree(install("--json").out());
    assertThat(object.get("type").asText()).isEqualTo("plugin_installed");
    assertThat(object.get("sha256").asText())
        .isEqualTo(FileHash.of(home.resolve("plugins/p.jar")).sha256());
    assertThat(object.get("changed").asBoolean()).isTrue();
  }

  @Test
  void aWrongDigestIsAnErrorAndInstallsNothing() throws Exception {
    Invocation refused = install("--sha256", "0".repeat(64));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("its SHA-256 is ", "asked for is 0000").hasLineCount(1);
    assertThat(home.resolve("plugins/p.jar")).doesNotExist();
    assertThat(install("--sha256", "12").err()).contains("'12' is no SHA-256");
  }

  @Test
  void everyCommandRefusesAReplacedJarAndThePluginsCommandsRepairIt() throws Exception {
    install();
    Files.copy(jar("1.1.0"), home.resolve("plugins/p.jar"), StandardCopyOption.REPLACE_EXISTING);

    Invocation schema = Invocation.at(home, "schema");
    Invocation list = Invocation.at(home, "plugins");

    assertThat(schema.code()).isEqualTo(2);
    assertThat(schema.out()).isEmpty();
    assertThat(schema.err()).contains("p.jar", FileHash.of(jar("1.0.0")).sha256());
    assertThat(list.code()).isZero();
    assertThat(list.out()).contains("p.jar is altered: it is not the file that plugins.lock names");
    assertThat(Invocation.at(home, "plugins", "update").code()).isZero();
    assertThat(Invocation.at(home, "schema").code()).isZero();
  }

  @Test
  void whatWasPutThereByHandIsMarked() throws Exception {
    install();
    jar("hand", "1.0.0", home.resolve("plugins/hand.jar"));
    assertThat(Invocation.at(home, "plugins").out())
        .contains("Not locked by plugins.lock: hand.jar");
    assertThat(Invocation.at(home, "plugins", "--json").out().lines())
        .anyMatch(line -> line.contains("\"hand\"") && line.contains("\"locked\":false"))
        .anyMatch(line -> line.contains("\"p\"") && line.contains("\"locked\":true"));
  }

  @Test
  void aPluginIsFoundInAnIndexInstalledByNameAndAudited() throws Exception {
    jar("1.0.0");
    Invocation written = Invocation.at(home, "plugins", "index", elsewhere.toString());
    assertThat(written.code()).as(written.err()).isZero();
    assertThat(written.out()).contains("index.xml: 1 plugin, valid until ", "not signed");
    String index = elsewhere.resolve("index.xml").toString();

    Invocation found = Invocation.at(home, "plugins", "search", "P", "--index", index);
    assertThat(found.out()).contains("PLUGIN", "1.0.0");
    assertThat(Invocation.at(home, "plugins", "search", "q", "--index", index).err())
        .contains("No plugin in " + index + " matches: q");
    Invocation installed = Invocation.at(home, "plugins", "install", "p", "--index", index);
    assertThat(installed.code()).as(installed.err()).isZero();
    Invocation audit = Invocation.at(home, "plugins", "audit", "--json");
    assertThat(audit.code()).isZero();
    assertThat(JSON.readTree(audit.out()).get("state").asText()).isEqualTo("current");

    Files.delete(elsewhere.resolve("p-1.0.0.jar"));
    jar("2.0.0");
    assertThat(Invocation.at(home, "plugins", "index", elsewhere.toString()).code()).isZero();
    Invocation withdrawn = Invocation.at(home, "plugins", "audit");
    assertThat(withdrawn.code()).isEqualTo(1);
    assertThat(withdrawn.out()).contains("withdrawn");
  }

  @Test
  void anIndexNeedsADayAndAFolderOfJars() {
    Invocation days = Invocation.at(home, "plugins", "index", "x", "--days", "0");
    assertThat(days.code()).isEqualTo(2);
    assertThat(days.err()).contains("--days is 0; at least 1 is accepted");
    Invocation empty = Invocation.at(home, "plugins", "index", elsewhere.toString());
    assertThat(empty.code()).isEqualTo(2);
    assertThat(empty.err()).contains("has no jar");
  }
}
