package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.install.InstallOptions;
import io.flexora.plugin.install.InstallResult;
import io.flexora.plugin.install.PluginInstaller;
import io.flexora.plugin.lock.LockedPlugin;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins that are installed by name, on a real host and a server on this machine. */
@Timeout(120)
class InstallTest {

  private static final InstallOptions HTTP =
      new InstallOptions(Optional.empty(), Optional.empty(), true, false);

  /** Made once for each version: to compile one takes longer than the rest of a test. */
  private static final Map<String, byte[]> JARS = new ConcurrentHashMap<>();

  private final HostFolder folder;
  private PluginHost host;
  private FileServer server;
  private final List<String> fetched = new ArrayList<>();

  InstallTest(@TempDir Path root) {
    folder = new HostFolder(root);
  }

  @BeforeEach
  void start() throws IOException {
    host = folder.start();
    server = new FileServer();
  }

  @AfterEach
  void stop() {
    host.close();
    server.close();
  }

  private void restart() throws IOException {
    host.close();
    host = folder.start();
  }

  private static byte[] jar(String version) {
    return JARS.computeIfAbsent(version, v -> PluginJar.selector("p", v, "s").bytes());
  }

  private Path file(String name, byte[] content) throws IOException {
    Path file = folder.elsewhere(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private PluginInstaller installer() {
    return new PluginInstaller(
        host,
        new Sources() {
          @Override
          public Path fetch(String location) {
            fetched.add(location);
            return folder.elsewhere(location.replaceFirst(".*:", "").replace("@", "-") + ".jar");
          }

          @Override
          public String newest(String location) {
            return location + "@2";
          }
        });
  }

  private InstallResult install(String source) {
    return installer().install(source, Optional.empty(), HTTP);
  }

  private InstallResult installFrom(String index, String name) {
    return installer().install(name, Optional.of(index), HTTP);
  }

  private static InstallOptions digest(String sha256) {
    return new InstallOptions(Optional.of(sha256), Optional.empty(), true, false);
  }

  private static InstallOptions signer(Path key) {
    return new InstallOptions(Optional.empty(), Optional.of(key), true, false);
  }

  private static String resource(String name, String version, String url, byte[] jar) {
    return resource(name, version, url, FileHash.of(jar).sha256(), jar.length);
  }

  private static String resource(
      String name, String version, String url, String sha256, long size) {
    return """
        <resource>
          <capability namespace="osgi.identity">
            <attribute name="osgi.identity" value="%s"/>
            <attribute name="type" value="osgi.bundle"/>
            <attribute name="version" type="Version" value="%s"/>
          </capability>
          <capability namespace="osgi.content">
            <attribute name="osgi.content" value="%s"/>
            <attribute name="url" value="%s"/>
            <attribute name="size" type="Long" value="%d"/>
            <attribute name="mime" value="application/vnd.osgi.bundle"/>
          </capability>
          <requirement namespace="osgi.wiring.package">
            <directive name="filter" value="(osgi.wiring.package=x)"/>
          </requirement>
        </resource>
        """
        .formatted(name, version, sha256.toUpperCase(Locale.ROOT), url, size);
  }

  private static byte[] index(String... resources) {
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <repository xmlns="http://www.osgi.org/xmlns/repository/v1.0.0" increment="1" name="Test">
        %s
        </repository>
        """
        .formatted(String.join("", resources))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** What fails is told in one line and leaves everything as it was. */
  private AbstractThrowableAssert<?, ? extends Throwable> refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable change) throws IOException {
    List<String> before = contents();
    AbstractThrowableAssert<?, ? extends Throwable> refusal =
        assertThatThrownBy(change)
            .isInstanceOf(FlexoraException.class)
            .hasMessageNotContaining("\n");
    assertThat(contents()).isEqualTo(before);
    return refusal;
  }

  private List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    Path lock = host.lock().file();
    if (Files.exists(lock)) {
      contents.add(Files.readString(lock));
    }
    if (Files.isDirectory(folder.plugins())) {
      try (Stream<Path> files = Files.list(folder.plugins())) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          contents.add(file.getFileName() + " " + FileHash.of(file));
        }
      }
    }
    return contents;
  }

  private Path installed() {
    return folder.plugins().resolve("p.jar");
  }

  @Test
  void aFileIsInstalledLockedAndUsedByTheNextHost() throws Exception {
    Path jar = file("p-1.jar", jar("1.0.0"));

    InstallResult result = install(jar.toString());

    FileHash hash = FileHash.of(jar("1.0.0"));
    assertThat(result.status().state()).as(result.status().cause()).isEqualTo(PluginState.ACTIVE);
    assertThat(result.plugin())
        .isEqualTo(
            new LockedPlugin(
                "p",
                "1.0.0",
                "p.jar",
                jar.toString(),
                "",
                jar.toString(),
                FileHash.of(jar).sha256(),
                hash.bytes(),
                ""));
    assertThat(folder.root().resolve("plugins.lock")).content().contains("\"sha256\" : \"");
    restart();
    host.requireAsLocked();
    assertThat(host.catalog().find("selector", "s")).isPresent();
    assertThat(host.lock().plugins()).containsExactly(result.plugin());
    assertThat(folder.plugins()).isDirectoryNotContaining("glob:**/*.part*");
  }

  @Test
  void theLockIsTheSameWhateverTheOrderOfInstallation() throws Exception {
    String a = file("a.jar", PluginJar.selector("a", "1.0.0", "s-a").bytes()).toString();
    String b = file("b.jar", PluginJar.selector("b", "1.0.0", "s-b").bytes()).toString();
    install(a);
    install(b);
    String lock = Files.readString(host.lock().file());
    installer().remove("a");
    install(a);
    assertThat(host.lock().file()).content().isEqualTo(lock);
  }

  @Test
  void anAddressIsInstalledWithADigestThatTheUserNames() throws Exception {
    server.file("p.jar", jar("1.0.0")).redirect("latest", "/p.jar");
    String digest = FileHash.of(jar("1.0.0")).sha256();

    refusal(
            () ->
                installer().install(server.url("latest"), Optional.empty(), digest("0".repeat(64))))
        .hasMessageContaining("is not installed")
        .hasMessageContaining("asked for is " + "0".repeat(64));
    InstallResult result =
        installer().install(server.url("latest"), Optional.empty(), digest(digest));

    assertThat(result.plugin().sha256()).isEqualTo(digest);
    assertThat(result.plugin().location()).isEqualTo(server.url("latest"));
  }

  @Test
  void httpHasToBeAllowed() throws IOException {
    server.file("p.jar", jar("1.0.0"));
    refusal(() -> installer().install(server.url("p.jar"), Optional.empty(), InstallOptions.NONE))
        .hasMessageContaining("--allow-http");
    server.redirect("away", "file:///etc/passwd");
    refusal(() -> install(server.url("away"))).hasMessageContaining("no address that begins");
  }

  @Test
  void aDownloadThatIsCutOrIsNotThereInstallsNothing() throws IOException {
    server.file("p.jar", jar("1.0.0")).cut("p.jar", 100);
    refusal(() -> install(server.url("p.jar"))).hasMessageContaining("cannot download");
    refusal(() -> install(server.url("other.jar"))).hasMessageContaining("status 404");
    refusal(() -> install(folder.elsewhere("no.jar").toString())).hasMessageContaining("no file");
  }

  @Test
  void anEntryOfAnIndexIsInstalledInItsHighestVersionOrTheOneNamed() throws Exception {
    byte[] one = jar("1.0.0");
    byte[] two = jar("1.10.0");
    server
        .file("repo/jars/p-1.jar", one)
        .file("repo/jars/p-2.jar", two)
        .file(
            "repo/index.xml",
            index(
                resource("p", "1.0.0", "jars/p-1.jar", one),
                resource("p", "1.10.0", server.url("repo/jars/p-2.jar"), two)));
    String index = server.url("repo/index.xml");

    InstallResult old = installFrom(index, "p@1.0");
    InstallResult highest = installer().update("p", Optional.empty(), HTTP);

    assertThat(old.plugin().version()).isEqualTo("1.0.0");
    assertThat(old.plugin().index()).isEqualTo(index);
    assertThat(old.plugin().location()).isEqualTo(server.url("repo/jars/p-1.jar"));
    assertThat(highest.plugin().version()).isEqualTo("1.10.0");
    assertThat(highest.changed()).isTrue();
    assertThat(installer().update("p", Optional.empty(), HTTP).changed()).isFalse();
    assertThat(installer().update("p@1.0.0", Optional.empty(), HTTP).plugin().version())
        .isEqualTo("1.0.0");
    refusal(() -> installFrom(index, "p@3")).hasMessageContaining("versions 1.10.0, 1.0.0");
    refusal(() -> installFrom(index, "q")).hasMessageContaining("lists no 'q'; it lists p");
  }

  @Test
  void anIndexOnThisMachineNamesJarsBelowIt() throws Exception {
    byte[] jar = jar("1.0.0");
    file("repo/jars/p-1.jar", jar);
    Path index = file("repo/index.xml", index(resource("p", "1.0.0", "jars/p-1.jar", jar)));

    assertThat(installFrom(index.toString(), "p").status().state()).isEqualTo(PluginState.ACTIVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../p.jar",
        "jars/../../p.jar",
        "/etc/passwd",
        "file:///etc/passwd",
        "jar:file:/x!/y",
        "//host/p.jar",
        "..%2Fp.jar",
        "a\\..\\p.jar",
        ""
      })
  void anIndexCannotLeadOutOfItsPlace(String url) throws Exception {
    byte[] jar = jar("1.0.0");
    file("p.jar", jar);
    Path index = file("repo/index.xml", index(resource("p", "1.0.0", url, jar)));
    refusal(() -> installFrom(index.toString(), "p"));
  }

  @Test
  void aJarThatIsNotWhatTheIndexSaysIsRefused() throws Exception {
    byte[] jar = jar("1.0.0");
    server.file("p.jar", jar);
    String digest = FileHash.of(jar).sha256();
    server
        .file("digest.xml", index(resource("p", "1.0.0", "p.jar", "0".repeat(64), jar.length)))
        .file("size.xml", index(resource("p", "1.0.0", "p.jar", digest, 5)))
        .file("name.xml", index(resource("q", "1.0.0", "p.jar", jar)))
        .file("version.xml", index(resource("p", "2.0.0", "p.jar", jar)))
        .file(
            "twice.xml",
            index(
                resource("p", "1.0.0", "p.jar", jar),
                resource("p", "1.0.0", "p.jar", "0".repeat(64), 5)));

    refusal(() -> installFrom(server.url("digest.xml"), "p"))
        .hasMessageContaining(digest)
        .hasMessageContaining("the index names " + "0".repeat(64));
    refusal(() -> installFrom(server.url("size.xml"), "p")).hasMessageContaining("names 5");
    refusal(() -> installFrom(server.url("name.xml"), "q")).hasMessageContaining("it is p 1.0.0");
    refusal(() -> installFrom(server.url("version.xml"), "p"))
        .hasMessageContaining("it is p 1.0.0; the index names p 2.0.0");
    refusal(() -> installFrom(server.url("twice.xml"), "p")).hasMessageContaining("different jars");
  }

  @Test
  void aLocationIsAskedOfItsSourceWithTheVersion() throws Exception {
    file("p-1.jar", jar("1.0.0"));
    file("p-2.jar", jar("1.1.0"));

    install("shop:p@1");
    installer().update("p", Optional.empty(), HTTP);

    assertThat(fetched).containsExactly("shop:p@1", "shop:p@2");
    LockedPlugin locked = host.lock().named("p").orElseThrow();
    assertThat(locked.version()).isEqualTo("1.1.0");
    assertThat(locked.source()).isEqualTo("shop:p");
    assertThat(locked.location()).isEqualTo("shop:p@2");
  }

  @Test
  void whatAPluginNeedsIsToldInOneLineAndNotFetched() throws Exception {
    Path jar =
        file(
            "p.jar",
            PluginJar.selector("p", "1.0.0", "s").import_("x.y;version=\"[1,2)\"").bytes());
    refusal(() -> install(jar.toString()))
        .hasMessageContaining(
            "p 1.0.0: needs package x.y [1.0,2.0), which nothing installed gives");
    Path giver =
        file(
            "giver.jar",
            PluginJar.bundle("giver", "1.0.0")
                .header("Export-Package", "x.y;version=\"1.5\"")
                .entry("x/y/text", PluginJar.text("text"))
                .bytes());
    install(giver.toString());
    assertThat(install(jar.toString()).status().state()).isEqualTo(PluginState.ACTIVE);
  }

  @Test
  void aPluginThatDoesNotRunIsNotInstalledAndTheOldOneStays() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Path broken =
        file(
            "p-2.jar",
            PluginJar.plugin("p", "2.0.0")
                .module("throw new IllegalStateException(\"no luck\");")
                .bytes());
    Path text = file("text.jar", "text".getBytes(StandardCharsets.UTF_8));

    refusal(() -> installer().update("p", Optional.of(broken.toString()), HTTP))
        .hasMessageContaining("no luck");
    refusal(() -> install(text.toString())).hasMessageContaining("not a jar");

    assertThat(host.catalog().find("selector", "s").orElseThrow().version()).isEqualTo("1.0.0");
    host.requireAsLocked();
  }

  @Test
  void aVersionThatWasNamedHasToBeThatOfTheJar() throws Exception {
    String jar = file("p.jar", jar("1.0.0")).toString();
    refusal(() -> install(jar + "@2.0")).hasMessageContaining("it is p 1.0.0, not version 2.0");
    assertThat(install(jar + "@1.0").plugin().source()).isEqualTo(jar);
  }

  @Test
  void whatIsThereAlreadyIsNotReplacedByInstalling() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Path other = file("p-2.jar", jar("2.0.0"));
    refusal(() -> install(other.toString())).hasMessageContaining("flexora plugins update p");
    Files.write(folder.plugins().resolve("by-hand.jar"), PluginJar.bundle("q", "1.0.0").bytes());
    restart();
    Path twin = file("q.jar", PluginJar.bundle("q", "2.0.0").bytes());
    refusal(() -> install(twin.toString()))
        .hasMessageContaining("by-hand.jar was put there by hand");
  }

  @Test
  void aLockedJarThatIsReplacedByHandIsNamedWithBothDigests() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    String locked = host.lock().plugins().get(0).sha256();
    Files.write(installed(), jar("1.0.1"));
    restart();

    assertThat(host.catalog().extensions()).isEmpty();
    assertThat(host.plugins())
        .singleElement()
        .satisfies(status -> assertThat(status.state()).isEqualTo(PluginState.ALTERED));
    assertThatThrownBy(host::requireAsLocked)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(installed().toString())
        .hasMessageContaining(FileHash.of(installed()).sha256())
        .hasMessageContaining(locked);

    installer().update("p", Optional.empty(), HTTP);
    restart();
    host.requireAsLocked();
    assertThat(FileHash.of(installed()).sha256()).isEqualTo(locked);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, -10, -1})
  void aLockedJarThatIsCutOrNoJarAnyMoreIsNamedToo(int length) throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    byte[] whole = jar("1.0.0");
    byte[] other = java.util.Arrays.copyOf(whole, length < 0 ? whole.length - length : length);
    if (length == -1) {
      other = "text".getBytes(StandardCharsets.UTF_8);
    }
    Files.write(installed(), other);
    restart();
    assertThatThrownBy(host::requireAsLocked)
        .hasMessageContaining(FileHash.of(other).sha256())
        .hasMessageContaining(FileHash.of(whole).sha256());
  }

  @Test
  void aLockedJarThatBecameAFolderIsNamedToo() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Files.delete(installed());
    PluginJar.selector("p", "1.0.0", "s").explodeTo(installed());
    restart();
    assertThatThrownBy(host::requireAsLocked).hasMessageContaining("it is no file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.0", "2.0.0", "0.9.0"})
  void anotherJarOfALockedPluginIsNotUsed(String version) throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Files.write(folder.plugins().resolve("aaa.jar"), PluginJar.selector("p", version, "t").bytes());
    restart();

    assertThat(host.catalog().find("selector", "s")).isPresent();
    assertThat(host.catalog().find("selector", "t")).isEmpty();
    assertThatThrownBy(host::requireAsLocked)
        .hasMessageContaining("aaa.jar: it is another p (" + version + ") than p.jar");
  }

  @Test
  void aLockedJarThatWasRenamedIsNamedTwice() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Files.move(installed(), folder.plugins().resolve("renamed.jar"));
    restart();

    assertThat(host.catalog().extensions()).isEmpty();
    assertThatThrownBy(host::requireAsLocked)
        .hasMessageContaining("p.jar is not there as a file")
        .hasMessageContaining("renamed.jar: it is another p");
  }

  @Test
  void anOlderVersionHasToBeNamed() throws Exception {
    install(file("p-2.jar", jar("2.0.0")).toString());
    Optional<String> older = Optional.of(file("p-1.jar", jar("1.0.0")).toString());

    refusal(() -> installer().update("p", older, HTTP))
        .hasMessageContaining("it is p 1.0.0, which is older than the installed 2.0.0")
        .hasMessageContaining("flexora plugins update p@1.0.0");
    assertThat(host.lock().plugins().get(0).version()).isEqualTo("2.0.0");

    assertThat(installer().update("p@1.0.0", older, HTTP).plugin().version()).isEqualTo("1.0.0");
    host.requireAsLocked();
  }

  @Test
  void aLockedJarThatIsGoneIsNamed() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Files.delete(installed());
    restart();
    assertThatThrownBy(host::requireAsLocked)
        .hasMessageContaining(installed() + " is not there as a file")
        .hasMessageContaining("flexora plugins remove p");
    installer().remove("p");
    host.requireAsLocked();
  }

  @Test
  void aJarThatWasPutThereByHandStaysAllowed() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Files.write(
        folder.plugins().resolve("hand.jar"), PluginJar.selector("h", "1.0.0", "h").bytes());
    restart();
    host.requireAsLocked();
    assertThat(host.catalog().find("selector", "h")).isPresent();
    assertThat(host.lock().withFile("hand.jar")).isEmpty();
    refusal(() -> installer().remove("h")).hasMessageContaining("by hand");
  }

  @Test
  void aPluginIsRemovedWithItsEntry() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    installer().remove("p");
    assertThat(installed()).doesNotExist();
    assertThat(host.lock().plugins()).isEmpty();
    refusal(() -> installer().remove("p")).hasMessageContaining("names no plugin 'p'");
  }

  @Test
  void aRunningHostKeepsWhatItHasWhenALockedJarIsReplacedByHand() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    restart();
    Files.write(installed(), jar("1.0.1"));
    PluginStatus status = host.install(installed());
    assertThat(status.version()).isEqualTo("1.0.0");
    assertThat(status.cause()).contains("1.0.0 runs on").contains("plugins.lock");
  }

  @Test
  void aDamagedLockIsAnErrorAtTheStart() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Path lock = host.lock().file();
    Files.writeString(
        lock, Files.readString(lock).replaceAll("\"sha256\" : \".", "\"sha256\" : \""));
    assertThatThrownBy(() -> folder.start().close())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("plugins.lock cannot be used: line")
        .hasMessageContaining("sha256 is");
  }

  @Test
  void aSignatureThatIsAskedForIsRecordedAndHoldsForUpdates() throws Exception {
    SignedJars ours = new SignedJars(folder.elsewhere("ours"));
    SignedJars others = new SignedJars(folder.elsewhere("others"));
    Path unsigned = file("p-1.jar", jar("1.0.0"));
    Path signed = ours.sign(unsigned, folder.elsewhere("p-1-signed.jar"));
    Path next = ours.sign(file("p-2.jar", jar("2.0.0")), folder.elsewhere("p-2-signed.jar"));
    Path foreign = others.sign(unsigned, folder.elsewhere("p-1-foreign.jar"));

    refusal(
            () ->
                installer()
                    .install(unsigned.toString(), Optional.empty(), signer(ours.certificate())))
        .hasMessageContaining("is not signed: nobody signed its entry");
    refusal(
            () ->
                installer()
                    .install(foreign.toString(), Optional.empty(), signer(ours.certificate())))
        .hasMessageContaining("signed by another key");
    InstallResult result =
        installer().install(signed.toString(), Optional.empty(), signer(ours.certificate()));
    assertThat(result.plugin().signedBy()).hasSize(64);
    refusal(
            () ->
                installer().update("p", Optional.of(folder.elsewhere("p-2.jar").toString()), HTTP))
        .hasMessageContaining("is not signed");
    assertThat(installer().update("p", Optional.of(next.toString()), HTTP).plugin().signedBy())
        .isEqualTo(result.plugin().signedBy());
    assertThat(
            installer()
                .update("p@1.0.0", Optional.of(signed.toString()), signer(ours.publicKey()))
                .plugin()
                .signedBy())
        .isEqualTo(result.plugin().signedBy());
    restart();
    host.requireAsLocked();
  }

  @Test
  void anotherDigestInTheLockDoesNotGetARoundTheSignature() throws Exception {
    SignedJars ours = new SignedJars(folder.elsewhere("ours"));
    Path unsigned = file("p-1.jar", jar("1.0.0"));
    Path signed = ours.sign(unsigned, folder.elsewhere("p-1-signed.jar"));
    InstallResult result =
        installer().install(signed.toString(), Optional.empty(), signer(ours.certificate()));
    Files.copy(unsigned, installed(), StandardCopyOption.REPLACE_EXISTING);
    Path lock = host.lock().file();
    Files.writeString(
        lock,
        Files.readString(lock).replace(result.plugin().sha256(), FileHash.of(unsigned).sha256()));
    restart();
    assertThatThrownBy(host::requireAsLocked).hasMessageContaining("is not signed");
  }

  @Test
  void aJarWithAnEntryThatNobodySignedIsRefused() throws Exception {
    SignedJars ours = new SignedJars(folder.elsewhere("ours"));
    Path signed = ours.sign(file("p-1.jar", jar("1.0.0")), folder.elsewhere("p-1-signed.jar"));
    try (FileSystem zip = FileSystems.newFileSystem(signed)) {
      Files.writeString(zip.getPath("plugin/Added.txt"), "added");
    }
    refusal(
            () ->
                installer()
                    .install(signed.toString(), Optional.empty(), signer(ours.certificate())))
        .hasMessageContaining("nobody signed its entry 'plugin/Added.txt'");
    try (FileSystem zip = FileSystems.newFileSystem(signed)) {
      Files.delete(zip.getPath("plugin/Added.txt"));
      Files.writeString(zip.getPath("plugin/S.class"), "changed");
    }
    refusal(
            () ->
                installer()
                    .install(signed.toString(), Optional.empty(), signer(ours.certificate())))
        .hasMessageContaining("was changed after it was signed");
  }

  @Test
  void codeThatLiesAmongTheFilesOfASignatureHasToBeSigned() throws Exception {
    SignedJars ours = new SignedJars(folder.elsewhere("ours"));
    String hidden = "META-INF/SIG-CODE.jar";
    PluginJar shell =
        PluginJar.plugin("p", "1.0.0").header("Bundle-ClassPath", hidden).entry(hidden, jar("1"));
    Path unsigned = file("p-1.jar", shell.bytes());
    Path signed =
        ours.sign(
            file("p-2.jar", shell.entry("text", PluginJar.text("text")).bytes()),
            folder.elsewhere("p-2-signed.jar"));

    for (Path jar : List.of(unsigned, signed)) {
      refusal(
              () ->
                  installer().install(jar.toString(), Optional.empty(), signer(ours.certificate())))
          .hasMessageContaining("is not signed: nobody signed its entry '" + hidden + "'");
    }
  }

  @Test
  void aSignatureHasToBeOfSomething() throws Exception {
    SignedJars ours = new SignedJars(folder.elsewhere("ours"));
    Path empty = file("p.jar", PluginJar.bundle("p", "1.0.0").bytes());
    Path folders =
        ours.sign(
            file(
                "q.jar",
                PluginJar.bundle("q", "1.0.0")
                    .entry("text", PluginJar.text("text"))
                    .entry("plugin/Added.class/", PluginJar.text("loaded as plugin/Added.class"))
                    .bytes()),
            folder.elsewhere("q-signed.jar"));

    refusal(
            () ->
                installer().install(empty.toString(), Optional.empty(), signer(ours.certificate())))
        .hasMessageContaining("no entry that a signature could be of");
    refusal(
            () ->
                installer()
                    .install(folders.toString(), Optional.empty(), signer(ours.certificate())))
        .hasMessageContaining("nobody signed its entry 'plugin/Added.class/'");
  }

  @Test
  void oneProcessInstallsAtATime() throws Exception {
    install(file("p-1.jar", jar("1.0.0")).toString());
    Path lock = folder.plugins().resolve(".install/lock");
    Path staged = folder.plugins().resolve(".install/plugin.jar");
    Files.writeString(staged, "of the process that installs");
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      assertThatThrownBy(() -> installer().remove("p"))
          .hasMessageContaining("another installation into");
    }
    assertThat(staged).hasContent("of the process that installs");
    // Once that process is gone, what it left is deleted.
    installer().remove("p");
    assertThat(staged).doesNotExist();
  }

  @Test
  void whoIsRefusedInTheSameProcessDoesNotGiveTheLockAway() throws Exception {
    Path jar = file("p-1.jar", jar("1.0.0"));
    Path lock = folder.plugins().resolve(".install/lock");
    Sources sources =
        location -> {
          assertThatThrownBy(() -> installer().remove("p"))
              .hasMessageContaining("another installation into");
          assertThat(LockingProcess.exitValue(lock)).isEqualTo(LockingProcess.REFUSED);
          return jar;
        };
    new PluginInstaller(host, sources).install("test:p", Optional.empty(), HTTP);

    assertThat(LockingProcess.exitValue(lock)).isZero();
    assertThat(installer().remove("p").name()).isEqualTo("p");
  }

  /** Another process that tries to take a lock. */
  static final class LockingProcess {

    static final int REFUSED = 3;

    private LockingProcess() {}

    static int exitValue(Path lock) throws IOException {
      return new ProcessBuilder(
              ProcessHandle.current().info().command().orElse("java"),
              "-cp",
              System.getProperty("java.class.path"),
              LockingProcess.class.getName(),
              lock.toString())
          .start()
          .onExit()
          .join()
          .exitValue();
    }

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        System.exit(lock == null ? REFUSED : 0);
      }
    }
  }
}
