package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.flexora.plugin.admission.Admission;
import io.flexora.plugin.admission.PluginManifest;
import io.flexora.plugin.status.PluginProblem;
import io.flexora.plugin.status.PluginStatus.PluginState;
import io.flexora.plugin.status.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

  private final Path file;

  AdmissionTest(@TempDir Path folder) {
    file = folder.resolve("p.jar");
  }

  private PluginProblem refusal(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try {
      Admission.admit(file);
    } catch (RefusedException e) {
      assertThat(e).hasMessageNotContaining("\n");
      return e.problem();
    }
    throw new AssertionError("it was admitted");
  }

  private static PluginJar good() {
    return PluginJar.bundle("p", "1.0.0").entry("some/text", PluginJar.text("text"));
  }

  @Test
  void aPlainBundleIsAdmitted() throws Exception {
    Files.write(file, good().bytes());
    PluginManifest manifest = Admission.admit(file);
    assertThat(manifest.symbolicName()).isEqualTo("p");
    assertThat(manifest.version()).isEqualTo("1.0.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a..b", "dots.../x", "...", "deep/down/file"})
  void namesThatOnlyLookLikeClimbingAreAdmitted(String name) throws Exception {
    Files.write(file, good().entry(name, PluginJar.text("x")).bytes());
    assertThatCode(() -> Admission.admit(file)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "..",
        "/etc/x",
        "C:/x",
        "..\\x",
        "a\\..\\..\\x",
        "\\x",
        "a/.."
      })
  void aNameThatLeadsOutOfTheJarIsRefused(String name) throws IOException {
    PluginProblem problem = refusal(good().entry(name, PluginJar.text("x")).bytes());
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause())
        .isEqualTo("its entry '" + name + "' has a name that could lead out of the jar");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"flexora-api", "flexora-host", "system.bundle", "flexora-api;singleton:=true"})
  void aNameOfTheHostIsRefused(String name) throws IOException {
    PluginProblem problem = refusal(good().header("Bundle-SymbolicName", name).bytes());
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause())
        .isEqualTo(
            "the symbolic name '%s' belongs to the host".formatted(name.replaceAll(";.*", "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.flexora.api.plugin",
        "io.flexora.jinja",
        "io.flexora.experiment.hidden",
        "ai.djl",
        "ai.djl.ndarray",
        "ai.onnxruntime.providers",
        "com.google.inject",
        "org.slf4j"
      })
  void anExportOfTheHostsPackagesIsRefused(String name) throws IOException {
    String header = "com.acme;uses:=\"a,b\";version=\"1.0\"," + name + ";version=\"9.0\"";
    PluginProblem problem = refusal(good().header("Export-Package", header).bytes());
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause())
        .isEqualTo("it exports " + name + ", which belongs to the host: import it instead");
  }

  @Test
  void aPackageThatIsOnlyNamedAlikeMayBeExported() throws Exception {
    Files.write(file, good().header("Export-Package", "ai.djlx,io.flexora.apiary").bytes());
    assertThatCode(() -> Admission.admit(file)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "Bundle-NativeCode, lib/x.so;osname=linux, it brings native code",
    "Fragment-Host, system.bundle;extension:=framework, it is a fragment of the framework",
    "Bundle-Version, one.two, its Bundle-Version 'one.two' is not of the form"
  })
  void aHeaderThatCannotBeAcceptedIsRefused(String header, String value, String cause)
      throws IOException {
    PluginProblem problem = refusal(good().header(header, value).bytes());
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause()).startsWith(cause);
  }

  @Test
  void aJarThatIsNoBundleSaysWhatItLacks() throws IOException {
    PluginProblem problem = refusal(good().without("Bundle-SymbolicName").bytes());
    assertThat(problem.state()).isEqualTo(PluginState.NOT_A_PLUGIN);
    assertThat(problem.cause())
        .isEqualTo("not a bundle: its manifest has no Bundle-SymbolicName (build it with bnd)");
  }

  @Test
  void aZipWithoutManifestIsNoPlugin() throws IOException {
    PluginProblem problem = refusal(zip("some.txt", PluginJar.text("text")));
    assertThat(problem.state()).isEqualTo(PluginState.NOT_A_PLUGIN);
    assertThat(problem.cause())
        .isEqualTo("the jar has no META-INF/MANIFEST.MF, so it is not a bundle");
  }

  @Test
  void aManifestOfTenMegabytesIsRefused() throws IOException {
    byte[] manifest = PluginJar.text("Bundle-SymbolicName: p\n".repeat(450_000));
    PluginProblem problem = refusal(zip("META-INF/MANIFEST.MF", manifest));
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause()).isEqualTo("its manifest is larger than 1,048,576 bytes");
  }

  @Test
  void aManifestThatIsNoManifestIsNoPlugin() throws IOException {
    PluginProblem problem =
        refusal(zip("META-INF/MANIFEST.MF", PluginJar.text("no header here\n")));
    assertThat(problem.state()).isEqualTo(PluginState.NOT_A_PLUGIN);
    assertThat(problem.cause()).startsWith("its manifest is malformed");
  }

  @Test
  void aZipBombIsRefused() throws IOException {
    PluginProblem problem = refusal(good().entry("zeros", new byte[64 << 20]).bytes());
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause()).contains("as a zip bomb's do");
  }

  private static PluginJar withExit(String name) {
    return PluginJar.bundle(name, "1.0.0")
        .source(
            "com.acme.Exit",
            "package com.acme; class Exit { void now() { Runtime.getRuntime().halt(1); } }");
  }

  private static void assertCallsHalt(PluginProblem problem, String classFile) {
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause())
        .isEqualTo(
            "its class '%s' calls Runtime.halt, which ends the process without a word; throw an exception instead, or leave the class out if it is a library's"
                .formatted(classFile));
  }

  @Test
  void aClassThatEndsTheProcessIsRefusedHoweverItsLibraryIsPacked() throws IOException {
    assertCallsHalt(refusal(withExit("p").bytes()), "com/acme/Exit.class");
    byte[] library = withExit("library").bytes();
    assertCallsHalt(
        refusal(good().entry("lib/library.jar", library).bytes()),
        "lib/library.jar!/com/acme/Exit.class");
  }

  @Test
  void aJarInsideMayBeOfAnyContent() throws Exception {
    byte[] library = good().bytes();
    byte[] cut = java.util.Arrays.copyOf(library, library.length / 2);
    Files.write(
        file,
        good()
            .entry("a.jar", library)
            .entry("b.jar", cut)
            .entry("c.jar", PluginJar.text("text"))
            .bytes());
    assertThatCode(() -> Admission.admit(file)).doesNotThrowAnyException();
  }

  @Test
  void aZipBombInsideIsRefused() throws IOException {
    byte[] bomb = good().entry("zeros", new byte[64 << 20]).bytes();
    PluginProblem problem = refusal(good().entry("bomb.jar", bomb).bytes());
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause()).contains("as a zip bomb's do");
  }

  @Test
  void twoEntriesOfOneNameAreRefused() throws IOException {
    byte[] bytes =
        good().entry("twin-a", PluginJar.text("1")).entry("twin-b", PluginJar.text("2")).bytes();
    // One byte for one byte: the length and the checksums of the entries stay.
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("twin-b", "twin-a");
    PluginProblem problem = refusal(text.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(problem.state()).isEqualTo(PluginState.REFUSED);
    assertThat(problem.cause()).isEqualTo("it has two entries named 'twin-a'");
  }

  @Test
  void aFlippedByteInAnEntryIsFound() throws IOException {
    byte[] bytes = storedBundle("the original text");
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("original", "0riginal");
    PluginProblem problem = refusal(text.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(problem.state()).isEqualTo(PluginState.NOT_A_PLUGIN);
    assertThat(problem.cause())
        .isEqualTo("the jar is damaged: 'some/text' does not fit its checksum; copy it again");
  }

  /** A bundle whose text is not compressed. */
  private static byte[] storedBundle(String text) throws IOException {
    byte[] bytes = PluginJar.text(text);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      zip.write(PluginJar.text("Manifest-Version: 1.0\nBundle-SymbolicName: p\n"));
      ZipEntry entry = new ZipEntry("some/text");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(bytes.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void anyOtherCutOfAJarIsIncompleteOrNoPlugin() throws IOException {
    byte[] bytes = good().bytes();
    for (int length = 0; length < bytes.length; length++) {
      PluginProblem problem = refusal(java.util.Arrays.copyOf(bytes, length));
      assertThat(problem.state()).as("%d bytes", length).isEqualTo(PluginState.INCOMPLETE);
    }
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return out.toByteArray();
  }
}
