package io.flexora.plugin.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.FileServer;
import io.flexora.plugin.HostFolder;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.PluginJar;
import io.flexora.plugin.SignedJars;
import io.flexora.plugin.install.PluginIndexer.Settings;
import io.flexora.plugin.install.PluginIndexer.Written;
import io.flexora.plugin.install.PluginIndexes.AuditState;
import io.flexora.plugin.install.PluginIndexes.Audited;
import io.flexora.plugin.install.PluginIndexes.IndexRules;
import io.flexora.plugin.lock.DetachedSignature;
import io.flexora.plugin.lock.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Indexes that are written, signed, served, copied and attacked. */
@Timeout(120)
class PluginIndexesTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final InstallOptions HTTP =
      new InstallOptions(Optional.empty(), Optional.empty(), true, false);
  private static final IndexRules RULES = new IndexRules(Optional.empty(), true);

  private static Path jars;
  private static SignedJars ours;
  private static SignedJars others;

  private final HostFolder folder;
  private final Path root;
  private final Path repository;
  private Instant now = START;
  private PluginHost host;
  private FileServer server;

  PluginIndexesTest(@TempDir Path root) throws IOException {
    this.root = root;
    this.folder = new HostFolder(root.resolve("home"));
    this.repository = Files.createDirectories(root.resolve("repository"));
  }

  /** Keys and jars take longer to make than all else. */
  @BeforeAll
  static void make(@TempDir Path made) throws Exception {
    jars = made;
    ours = new SignedJars(made.resolve("ours"));
    others = new SignedJars(made.resolve("others"));
    for (String version : List.of("1.0.0", "1.1.0")) {
      PluginJar.selector("org.example.p", version, "ridge")
          .header("Bundle-Description", "Chooses layers & \"more\" by <ridge> regression.")
          .header("Bundle-License", "Apache-2.0")
          .writeTo(made.resolve("p-" + version + ".jar"));
    }
    PluginJar.selector("org.example.q", "3.0.0", "valley").writeTo(made.resolve("q-3.0.0.jar"));
    ours.sign(made.resolve("p-1.0.0.jar"), made.resolve("ours-1.0.0.jar"));
    others.sign(made.resolve("p-1.1.0.jar"), made.resolve("others-1.1.0.jar"));
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

  private void offer(String jar) throws IOException {
    Files.copy(jars.resolve(jar), repository.resolve(jar), StandardCopyOption.REPLACE_EXISTING);
  }

  private Written index(Optional<Path> keys) {
    return new PluginIndexer(host, () -> now)
        .write(repository, new Settings("Example", Duration.ofDays(30), keys));
  }

  private Written signed() throws Exception {
    return index(Optional.of(ours.keys()));
  }

  /** Serves a copy of the repository. */
  private String serve(String name) throws IOException {
    try (var files = Files.list(repository)) {
      for (Path file : files.toList()) {
        server.file(name + "/" + file.getFileName(), Files.readAllBytes(file));
      }
    }
    return server.url(name + "/index.xml");
  }

  private PluginFinder finder() {
    return new PluginFinder(
        new Sources() {
          @Override
          public Path fetch(String location) throws IOException {
            throw new IOException("no source has " + location);
          }
        },
        HttpDownload.usual());
  }

  private PluginIndexes indexes() {
    IndexChoice choice =
        new IndexChoice(root.resolve("user/plugins.index"), root.resolve("home/plugins.index"));
    return new PluginIndexes(host, finder(), () -> now, choice);
  }

  private PluginInstaller installer() {
    return new PluginInstaller(host, finder(), indexes());
  }

  private InstallResult install(String name, String index) {
    return installer().install(name, Optional.of(index), HTTP);
  }

  private void refused(ThrowingCallable change, String... why) throws IOException {
    Path lock = host.lock().file();
    String before = Files.exists(lock) ? Files.readString(lock) : "";
    int plugins = host.plugins().size();
    assertThatThrownBy(change)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(why)
        .hasMessageNotContaining("\n");
    assertThat(Files.exists(lock) ? Files.readString(lock) : "").isEqualTo(before);
    assertThat(host.plugins()).hasSize(plugins);
  }

  @Test
  void aPluginIsFoundAndInstalledByItsNameOrThatOfAnExtension() throws Exception {
    offer("p-1.0.0.jar");
    offer("p-1.1.0.jar");
    offer("q-3.0.0.jar");
    Written written = signed();
    assertThat(host.plugins()).isEmpty();
    String location = serve("main");

    assertThat(written.signer()).contains(SigningKey.read(ours.certificate()));
    assertThat(written.index().serial()).isEqualTo(START.getEpochSecond());
    assertThat(written.index().expires()).contains(START.plus(Duration.ofDays(30)));
    indexes().choose(location, RULES);
    assertThat(indexes().chosen()).contains(location);
    List<IndexEntry> found =
        indexes().search(indexes().read(location, RULES), List.of("RIDGE", "layers"));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).version()).hasToString("1.1.0");
    assertThat(found.get(0).extensions()).containsExactly("selector/ridge");
    assertThat(found.get(0).description())
        .isEqualTo("Chooses layers & \"more\" by <ridge> regression.");
    assertThat(indexes().search(indexes().read(location, RULES), List.of())).hasSize(2);

    assertThat(installer().install("ridge@1.0.0", Optional.empty(), HTTP).plugin().name())
        .isEqualTo("org.example.p");
    assertThat(installer().update("ridge", Optional.empty(), HTTP).plugin().version())
        .isEqualTo("1.1.0");
    install("selector/valley", location);
    assertThat(installer().remove("ridge").name()).isEqualTo("org.example.p");
    assertThat(host.lock().plugins()).extracting(p -> p.name()).containsExactly("org.example.q");
    refused(() -> install("canyon", location), "lists no 'canyon'", "org.example.p");
    refused(() -> install("rigde", location), "lists no 'rigde'; did you mean 'ridge'?");
  }

  @Test
  void theIndexHasDigestsSizesLicencesAndNeeds() throws Exception {
    offer("ours-1.0.0.jar");
    offer("p-1.1.0.jar");
    String text = Files.readString(signed().file());
    Path jar = jars.resolve("ours-1.0.0.jar");
    assertThat(text)
        .contains(FileHash.of(jar).sha256(), "\"" + Files.size(jar) + "\"", "Apache-2.0")
        .contains(SigningKey.read(ours.certificate()).sha256())
        .contains("(osgi.wiring.package=io.flexora.api.selection)")
        .contains("(version&gt;=0.1.0)(!(version&gt;=1.0.0))");
    List<IndexEntry> entries =
        RepositoryIndex.parse("index", text.getBytes(StandardCharsets.UTF_8)).entries();
    assertThat(entries.get(0).signer()).contains(SigningKey.read(ours.publicKey()));
    assertThat(entries.get(1).signer()).isEmpty();
  }

  @Test
  void aJarThatDoesNotRunOrIsThereTwiceIsNotIndexed() throws Exception {
    refused(() -> index(Optional.empty()), "has no jar");
    offer("p-1.0.0.jar");
    Written first = index(Optional.empty());
    String before = Files.readString(first.file());
    Files.copy(jars.resolve("ours-1.0.0.jar"), repository.resolve("again.jar"));
    refused(() -> index(Optional.empty()), "org.example.p");
    Files.delete(repository.resolve("again.jar"));
    Files.writeString(repository.resolve("bad.jar"), "no jar");
    refused(() -> index(Optional.empty()), "bad.jar does not run here");
    assertThat(Files.readString(first.file())).isEqualTo(before);
    Files.delete(repository.resolve("bad.jar"));
    assertThat(index(Optional.empty()).index().serial()).isEqualTo(first.index().serial() + 1);
  }

  @Test
  void keysHaveToBeAPair() throws Exception {
    offer("p-1.0.0.jar");
    Path mixed = root.resolve("mixed.pem");
    String own = Files.readString(ours.keys());
    Files.writeString(
        mixed,
        own.substring(0, own.indexOf("-----BEGIN CERT")) + Files.readString(others.certificate()));
    refused(() -> index(Optional.of(mixed)), "does not belong to the private key");
    refused(() -> index(Optional.of(ours.certificate())), "has no private key");
    assertThat(repository.resolve("index.xml")).doesNotExist();
  }

  @Test
  void aTamperedIndexAndATamperedJarAreRefused() throws Exception {
    offer("p-1.0.0.jar");
    byte[] text = Files.readAllBytes(signed().file());
    String location = serve("main");
    indexes().choose(location, RULES);
    server.file(
        "main/index.xml",
        new String(text, StandardCharsets.UTF_8)
            .replace("1.0.0", "1.0.1")
            .getBytes(StandardCharsets.UTF_8));
    refused(() -> install("ridge", location), "was changed after it was signed");
    server.file("main/index.xml", text);
    byte[] jar = Files.readAllBytes(jars.resolve("p-1.0.0.jar"));
    jar[jar.length / 2] ^= 1;
    server.file("main/p-1.0.0.jar", jar);
    refused(() -> install("ridge", location), "the index names");
    server.file("main/index.xml.sig", "nothing".getBytes(StandardCharsets.UTF_8));
    refused(() -> install("ridge", location), "is no signature");
  }

  @Test
  void anIndexThatWasSignedHasToStaySignedByItsKey() throws Exception {
    offer("p-1.0.0.jar");
    signed();
    String location = serve("main");
    refused(
        () -> indexes().choose(location, new IndexRules(Optional.of(others.certificate()), true)),
        "--signed-by asks for");
    indexes().choose(location, RULES);

    index(Optional.of(others.keys()));
    serve("main");
    refused(() -> install("ridge", location), "is signed by the key", "until now");
    String unsigned = Files.readString(index(Optional.empty()).file());
    server.close();
    server = new FileServer();
    String elsewhere =
        server
            .file("main/index.xml", unsigned.getBytes(StandardCharsets.UTF_8))
            .url("main/index.xml");
    Path lock = host.lock().file();
    Files.writeString(lock, Files.readString(lock).replace(location, elsewhere));
    refused(() -> install("ridge", elsewhere), "is not signed; until now");

    index(Optional.of(others.keys()));
    serve("main");
    indexes().choose(elsewhere, new IndexRules(Optional.of(others.certificate()), true));
    assertThat(install("ridge", elsewhere).plugin().version()).isEqualTo("1.0.0");
  }

  @Test
  void anOlderCopyAndAMirrorThatLagsAreRefused() throws Exception {
    offer("p-1.0.0.jar");
    signed();
    String mirror = serve("mirror");
    String location = serve("main");
    now = now.plus(Duration.ofDays(1));
    offer("p-1.1.0.jar");
    signed();
    serve("main");
    install("ridge", location);
    refused(() -> install("valley", mirror), "is older than a copy", "a mirror that lags");
    for (String file : List.of("index.xml", "index.xml.sig")) {
      Path old = root.resolve(file);
      Files.copy(repository.resolve(file), old);
    }
    serve("mirror");
    indexes().read(mirror, RULES);
    now = now.plus(Duration.ofDays(1));
    signed();
    serve("main");
    indexes().choose(location, RULES);
    server.file("main/index.xml", Files.readAllBytes(root.resolve("index.xml")));
    server.file("main/index.xml.sig", Files.readAllBytes(root.resolve("index.xml.sig")));
    refused(() -> installer().update("ridge", Optional.empty(), HTTP), "is older than a copy");
  }

  @Test
  void anIndexThatIsNotRenewedExpires() throws Exception {
    offer("p-1.0.0.jar");
    signed();
    String location = serve("main");
    now = START.plus(Duration.ofDays(30));
    indexes().read(location, RULES);
    now = now.plusSeconds(1);
    refused(() -> install("ridge", location), "expired at 2026-01-31T00:00:00Z");
  }

  @Test
  void aJarHasToBeSignedByWhomTheIndexNames() throws Exception {
    offer("ours-1.0.0.jar");
    String text = Files.readString(index(Optional.empty()).file());
    Path file = repository.resolve("index.xml");
    Files.writeString(
        file,
        text.replace(
            SigningKey.read(ours.certificate()).sha256(),
            SigningKey.read(others.certificate()).sha256()));
    refused(() -> install("ridge", file.toString()), "is signed by another key");
  }

  @Test
  void aNameBelongsToItsFirstPublisher() throws Exception {
    offer("ours-1.0.0.jar");
    index(Optional.empty());
    String location = repository.resolve("index.xml").toString();
    assertThat(install("ridge", location).plugin().signedBy())
        .isEqualTo(SigningKey.read(ours.certificate()).sha256());
    installer().remove("ridge");

    Files.delete(repository.resolve("ours-1.0.0.jar"));
    offer("others-1.1.0.jar");
    index(Optional.of(others.keys()));
    refused(() -> install("ridge", location), "until now its publisher had the key");
    refused(
        () -> installer().install(jars.resolve("p-1.1.0.jar").toString(), Optional.empty(), HTTP),
        "neither it nor its index is signed");
    InstallOptions named =
        new InstallOptions(Optional.empty(), Optional.of(others.certificate()), true, false);
    assertThat(installer().install("ridge", Optional.of(location), named).plugin().version())
        .isEqualTo("1.1.0");
    assertThat(host.lock().publishers())
        .containsEntry("org.example.p", SigningKey.read(others.certificate()).sha256());
  }

  @Test
  void anAuditNamesWhatIsOutdatedWithdrawnOrChanged() throws Exception {
    offer("p-1.0.0.jar");
    offer("q-3.0.0.jar");
    signed();
    String location = serve("main");
    install("ridge", location);
    installer().install(jars.resolve("q-3.0.0.jar").toString(), Optional.empty(), HTTP);
    assertThat(states()).containsExactly(AuditState.CURRENT, AuditState.UNLISTED);
    offer("p-1.1.0.jar");
    signed();
    serve("main");
    assertThat(states()).containsExactly(AuditState.OUTDATED, AuditState.UNLISTED);
    Files.delete(repository.resolve("p-1.0.0.jar"));
    signed();
    serve("main");
    assertThat(states()).containsExactly(AuditState.WITHDRAWN, AuditState.UNLISTED);
    offer("p-1.0.0.jar");
    Path file = signed().file();
    String other =
        Files.readString(file)
            .replace(FileHash.of(jars.resolve("p-1.0.0.jar")).sha256(), "0".repeat(64));
    Files.writeString(file, other);
    Files.writeString(
        repository.resolve("index.xml.sig"),
        DetachedSignature.sign(other.getBytes(StandardCharsets.UTF_8), ours.keys()));
    serve("main");
    assertThat(states()).containsExactly(AuditState.CHANGED, AuditState.UNLISTED);
    index(Optional.of(others.keys()));
    serve("main");
    assertThat(states()).containsExactly(AuditState.UNKNOWN, AuditState.UNLISTED);
    assertThat(AuditState.OUTDATED.isAlarming()).isFalse();
    assertThat(AuditState.WITHDRAWN.isAlarming()).isTrue();
  }

  private List<AuditState> states() {
    return indexes().audit(true).stream().map(Audited::state).toList();
  }

  @Test
  void theUsersIndexComesBeforeThatOfTheInstallation() throws Exception {
    refused(
        () -> installer().install("ridge", Optional.empty(), HTTP),
        "no index to look up the name in");
    offer("p-1.0.0.jar");
    index(Optional.empty());
    Files.writeString(root.resolve("home/plugins.index"), "\n../repository/index.xml\n");
    String location = repository.resolve("index.xml").toString();
    assertThat(indexes().chosen()).contains(location);
    installer().install("ridge", Optional.empty(), HTTP);
    Path copy = Files.createDirectory(root.resolve("copy")).resolve("index.xml");
    Files.copy(Path.of(location), copy);
    indexes().choose(copy.toString(), RULES);
    assertThat(indexes().chosen()).contains(copy.toString());
    indexes().forget();
    assertThat(indexes().chosen()).contains(location);
    Files.writeString(root.resolve("home/plugins.index"), "a\nb\n");
    refused(() -> indexes().chosen(), "has to have one line");
  }
}
