package io.flexora.plugin.felix;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.plugin.HostFolder;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other code has another hash, and the same code has one hash however it is packed. */
class CodeHashTest {

  @TempDir Path root;

  private static PluginJar plugin(String chosen) {
    return PluginJar.plugin("my.plugin", "1.0.0")
        .module("extension(Selector.class, \"mine\", NoOptions.class, S.class);")
        .source(
            "plugin.S", PluginJar.selectorClass("public S() {}").replace("List.of(1, 3)", chosen));
  }

  @Test
  void packingAndNotesOfTheBuildDoNotCount() throws IOException {
    PluginJar plugin = plugin("List.of(1)");
    Path jar = plugin.writeTo(root.resolve("a.jar"));
    String hash = CodeHash.of(jar);
    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(CodeHash.of(plugin.explodeTo(root.resolve("a")))).isEqualTo(hash);
    assertThat(CodeHash.of(storedInReverse(jar))).isEqualTo(hash);
    Path later =
        plugin("List.of(1)")
            .header("Bnd-LastModified", "1700000000000")
            .header("Build-Jdk-Spec", "21")
            .header("Private-Package", "b,a")
            .entry("META-INF/maven/me/my-plugin/pom.properties", new byte[] {1})
            .entry("META-INF/KEY.SF", new byte[] {2})
            .writeTo(root.resolve("later.jar"));
    assertThat(CodeHash.of(later)).isEqualTo(hash);
  }

  @Test
  void codeResourcesNamesAndOtherHeadersCount() throws IOException {
    List<PluginJar> different =
        List.of(
            plugin("List.of(1)"),
            plugin("List.of(2)"),
            plugin("List.of(1)").entry("script.pt", new byte[] {1}),
            plugin("List.of(1)").entry("script.pt", new byte[] {2}),
            plugin("List.of(1)").entry("script2.pt", new byte[] {2}),
            plugin("List.of(1)").header("Mine", "yes"));
    List<String> hashes = new ArrayList<>();
    for (PluginJar jar : different) {
      hashes.add(CodeHash.of(jar.writeTo(root.resolve("different.jar"))));
    }
    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void anInstalledExtensionHasTheHashesOfItsPluginAndOfWhatThatUses() throws IOException {
    HostFolder folder = new HostFolder(root);
    Path library =
        PluginJar.bundle("acme.library", "1.0.0")
            .header("Export-Package", "com.acme;version=\"1.0.0\"")
            .source("com.acme.Best", "package com.acme; public class Best { public int l = 3; }")
            .writeTo(folder.bundles().resolve("library.jar"));
    Path user =
        plugin("List.of(new com.acme.Best().l)")
            .import_("com.acme;version=\"[1,2)\"")
            .compiledAgainst(library)
            .writeTo(folder.plugins().resolve("user.jar"));
    PluginJar.selector("other.plugin", "1.0.0", "other")
        .writeTo(folder.plugins().resolve("other.jar"));
    Map<String, String> expected =
        Map.of("acme.library", CodeHash.of(library), "my.plugin", CodeHash.of(user));
    try (PluginHost host = folder.start()) {
      assertThat(host.catalog().find("selector", "mine").orElseThrow().code()).isEqualTo(expected);
      assertThat(host.catalog().find("selector", "other").orElseThrow().code())
          .containsOnlyKeys("other.plugin");
    }
    plugin("List.of(2, new com.acme.Best().l)")
        .import_("com.acme;version=\"[1,2)\"")
        .compiledAgainst(library)
        .writeTo(user);
    try (PluginHost host = folder.start()) {
      assertThat(host.catalog().find("selector", "mine").orElseThrow().code())
          .containsEntry("acme.library", expected.get("acme.library"))
          .containsEntry("my.plugin", CodeHash.of(user))
          .isNotEqualTo(expected);
    }
  }

  @Test
  void allVersionsOfALibraryCountThatAPluginUses() throws IOException {
    HostFolder folder = new HostFolder(root);
    List<String> hashes = new ArrayList<>();
    for (int version = 1; version <= 3; version++) {
      String exported = "com.acme.v" + version;
      hashes.add(
          CodeHash.of(
              PluginJar.bundle("acme.library", version + ".0.0")
                  .header("Export-Package", exported)
                  .source(
                      exported + ".Best", "package %s; public class Best {}".formatted(exported))
                  .writeTo(folder.bundles().resolve("library-" + version + ".jar"))));
    }
    plugin("List.of(2)")
        .import_("com.acme.v1,com.acme.v2,com.acme.v3")
        .writeTo(folder.plugins().resolve("user.jar"));
    Collections.sort(hashes);
    try (PluginHost host = folder.start()) {
      assertThat(host.catalog().find("selector", "mine").orElseThrow().code())
          .containsEntry("acme.library", String.join("+", hashes));
    }
  }

  @Test
  void flexoraHasTheHashesOfItsParts() {
    assertThat(HostCode.hashes())
        .containsKeys("flexora-api", "flexora-files", "flexora-formats", "flexora-plugin");
    assertThat(HostCode.hashes().values()).allMatch(hash -> hash.length() >= 64);
  }

  private Path storedInReverse(Path jar) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>(Collections.reverseOrder());
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    Path stored = root.resolve("stored.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(stored))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        ZipEntry made = new ZipEntry(entry.getKey());
        made.setMethod(ZipEntry.STORED);
        made.setSize(entry.getValue().length);
        made.setCrc(crc.getValue());
        made.setTime(0);
        out.putNextEntry(made);
        out.write(entry.getValue());
      }
    }
    return stored;
  }
}
