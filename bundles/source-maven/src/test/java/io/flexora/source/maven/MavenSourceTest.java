package io.flexora.source.maven;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Source;
import io.flexora.source.archive.EntryCache;
import io.flexora.testkit.fixture.RecordingMonitor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;

/** Works against a repository on this machine, with a home folder of its own. */
class MavenSourceTest {
  private static final String JAR = "org/example/model/1.0/model-1.0.jar";
  private static final String MODEL = "org.example:model:1.0";
  @TempDir Path folder;
  private FakeRepository repository;
  private byte[] jar;
  private final Map<String, String> variables = new HashMap<>();
  private final Properties properties = new Properties();
  private final RecordingMonitor monitor = new RecordingMonitor();

  @BeforeEach
  void start() throws IOException {
    repository = new FakeRepository();
    jar = FakeRepository.jar("dir/model.onnx", "weights ".repeat(10_000));
    repository.file(JAR, jar);
    settings(mirror(repository.url()));
  }

  @AfterEach
  void stop() {
    repository.close();
  }

  private static String mirror(String url) {
    return "<mirrors><mirror><id>here</id><mirrorOf>*</mirrorOf><url>"
        + url
        + "</url></mirror></mirrors>";
  }

  private void settings(String... content) throws IOException {
    Files.createDirectories(folder.resolve(".m2"));
    Files.writeString(
        folder.resolve(".m2/settings.xml"),
        "<settings>" + String.join("", content) + "</settings>");
  }

  private MavenSource source() {
    return new MavenSource(
        new MavenEnvironment(folder, variables, properties),
        new EntryCache(folder.resolve("cache")),
        Duration.ZERO);
  }

  private Path fetch(String location) throws IOException {
    return source().fetch(location, monitor);
  }

  private Path local(String path) {
    return folder.resolve(".m2/repository").resolve(path);
  }

  /** Everything under the home that is neither settings nor Maven's own notes. */
  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(p -> folder.relativize(p).toString())
          .filter(
              p -> !p.matches(".*(settings.*\\.xml|lastUpdated|_remote.repositories|\\.locks/.*)"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  @Test
  void downloadsThroughTheMirrorOfTheSettings() throws IOException {
    Path file = fetch(MODEL);
    assertThat(file).isEqualTo(local(JAR)).hasBinaryContent(jar);
    assertThat(repository.requests()).containsExactly("/repo/" + JAR, "/repo/" + JAR + ".sha1");
  }

  @Test
  void tellsHowManyBytesHaveCome() throws IOException {
    fetch(MODEL);
    assertThat(monitor.steps())
        .last()
        .extracting(RecordingMonitor.RecordedStep::done, RecordingMonitor.RecordedStep::total)
        .containsExactly((long) jar.length, (long) jar.length);
    assertThat(monitor.notices().get(0)).startsWith("Downloading " + MODEL).endsWith("from here");
    assertThat(monitor.events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.kind()).isEqualTo("downloaded");
              assertThat(((Event.Own) event).figures())
                  .containsEntry("bytes", Figure.of(jar.length));
            });
  }

  @Test
  void findsTheNewestReleaseOfALocationWithoutAVersion() throws IOException {
    repository.file(
        "g/a/maven-metadata.xml",
        """
        <metadata><groupId>g</groupId><artifactId>a</artifactId><versioning><versions>
          <version>1.9</version><version>1.10</version><version>2.0-SNAPSHOT</version>
        </versions></versioning></metadata>
        """
            .getBytes(UTF_8));

    assertThat(source().newest("g:a", monitor)).isEqualTo("g:a:1.10");
    assertThat(source().newest("g:a:1.9", monitor)).isEqualTo("g:a:1.9");
    assertThatThrownBy(() -> source().newest("g:other", monitor))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("no release of maven:g:other");
  }

  @Test
  void aVersionMayFollowAnAtSign() throws IOException {
    assertThat(fetch(MODEL.replaceFirst(":([^:]*)$", "@$1"))).isEqualTo(local(JAR));
  }

  @Test
  void unpacksAnEntryOnce() throws IOException {
    Path entry = fetch(MODEL + "!/dir/model.onnx");
    assertThat(entry).hasContent("weights ".repeat(10_000));
    assertThat(fetch(MODEL + "!/dir/model.onnx")).isEqualTo(entry);
    assertThat(repository.requests()).hasSize(2);
  }

  @Test
  void usesTheLocalRepositoryWithoutANetwork() throws IOException {
    fetch(MODEL);
    repository.close();
    assertThat(fetch(MODEL)).isEqualTo(local(JAR));
    Files.createDirectories(local("x/y/1").resolve("."));
    Files.writeString(local("x/y/1/y-1.zip"), "put there by hand");
    assertThat(fetch("x:y:1:zip")).hasContent("put there by hand");
  }

  @Test
  void findsClassifiersAndExtensions() throws IOException {
    repository.file("org/example/model/1.0/model-1.0-data.zip", "data".getBytes(UTF_8));
    assertThat(fetch(MODEL + ":zip:data")).hasContent("data");
  }

  @Test
  void refusesAWrongChecksumAndKeepsNothing() throws IOException {
    repository.file(JAR, jar, "0".repeat(40));
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not have the checksum")
        .hasMessageContaining(repository.url());
    assertThat(kept()).isEmpty();
    repository.file(JAR, jar);
    assertThat(fetch(MODEL)).hasBinaryContent(jar);
  }

  @Test
  void triesAgainWhereTheConnectionBreaks() throws IOException {
    repository.truncate(2);
    assertThat(fetch(MODEL)).hasBinaryContent(jar);
    assertThat(monitor.notices()).contains("The download of " + MODEL + " broke off; trying again");
  }

  @Test
  void aDownloadThatStaysBrokenLeavesNothingAndSucceedsLater() throws IOException {
    repository.truncate(Integer.MAX_VALUE);
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("could not be downloaded from here")
        .hasMessageContaining("Nothing of it was kept");
    assertThat(kept()).isEmpty();
    repository.truncate(0);
    assertThat(fetch(MODEL)).hasBinaryContent(jar);
  }

  @Test
  void saysWhereItLookedForWhatIsNotThere() {
    assertThatThrownBy(() -> fetch("org.example:modle:1.0"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "there is no maven:org.example:modle:1.0 in here (" + repository.url())
        .hasMessageContaining("Check the coordinates");
    assertThat(repository.requests()).hasSize(1);
  }

  @Test
  void saysWhatToRunWhenOffline() throws IOException {
    settings("<offline>true</offline>", mirror(repository.url()));
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("offline")
        .hasMessageContaining(local("").toString())
        .hasMessageContaining("mvn dependency:get -Dartifact=" + MODEL);
    assertThat(repository.requests()).isEmpty();
  }

  @Test
  void saysWhereItKeepsAndGetsFiles() throws IOException {
    assertThat(source().places())
        .isEqualTo(
            new Source.Places(
                Optional.of(local("").toAbsolutePath()),
                List.of(URI.create(repository.url())),
                Optional.empty(),
                Map.of(URI.create(repository.url()), Proxy.NO_PROXY)));
    settings("<offline>true</offline>");
    assertThat(source().places().offline()).isPresent();
    assertThat(source().places().remotes())
        .containsExactly(URI.create("https://repo.maven.apache.org/maven2"));
    assertThat(repository.requests()).isEmpty();
  }

  @Test
  void saysThroughWhichProxyItAsks() throws IOException {
    String proxies =
        "<proxies><proxy><active>true</active><protocol>http</protocol><host>proxy.invalid</host>"
            + "<port>3128</port><nonProxyHosts>*.inner</nonProxyHosts></proxy></proxies>";
    variables.put("http_proxy", "http://other.invalid:8080");
    settings(mirror("http://repo.invalid/repo"), proxies);
    assertThat(source().places().proxies())
        .containsExactly(
            Map.entry(URI.create("http://repo.invalid/repo"), proxy("proxy.invalid", 3128)));
    settings(mirror("http://repo.inner/repo"), proxies);
    assertThat(source().places().proxies())
        .containsExactly(Map.entry(URI.create("http://repo.inner/repo"), Proxy.NO_PROXY));
    settings(mirror("http://repo.invalid/repo"));
    assertThat(source().places().proxies())
        .containsExactly(
            Map.entry(URI.create("http://repo.invalid/repo"), proxy("other.invalid", 8080)));
    variables.put("http_proxy", "http://user:p%ss@127.0.0.1:1");
    assertThat(source().places().proxies()).isEmpty();
  }

  private static Proxy proxy(String host, int port) {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  @Test
  void saysThatNobodyListens() {
    repository.close();
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("could not be downloaded from here")
        .hasMessageContaining("refused");
  }

  @Test
  void obeysTheProxyOfTheSettings() throws IOException {
    settings(
        mirror("http://repo.invalid/repo"),
        "<proxies><proxy><id>p</id><active>true</active><protocol>http</protocol>"
            + "<host>127.0.0.1</host><port>"
            + repository.port()
            + "</port></proxy></proxies>");
    assertThat(fetch(MODEL)).hasBinaryContent(jar);
    assertThat(repository.requests()).contains("http://repo.invalid/repo/" + JAR);
  }

  @Test
  void obeysTheProxyOfMavensOptionsAndOfTheEnvironment() throws IOException {
    settings(mirror("http://repo.invalid/repo"));
    variables.put(
        "MAVEN_OPTS", "-Xmx1g -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=" + repository.port());
    fetch(MODEL);
    variables.clear();
    Files.delete(local(JAR));
    variables.put("http_proxy", "http://127.0.0.1:" + repository.port());
    fetch(MODEL);
    assertThat(repository.requests()).hasSize(4).allMatch(r -> r.startsWith("http://repo.invalid"));
    Files.delete(local(JAR));
    variables.put("no_proxy", "localhost,.invalid");
    assertThatThrownBy(() -> fetch(MODEL)).isInstanceOf(IOException.class);
    variables.put("no_proxy", "invalid");
    assertThatThrownBy(() -> fetch(MODEL)).isInstanceOf(IOException.class);
    assertThat(repository.requests()).hasSize(4);
  }

  @Test
  void refusesAProxyThatIsNoneWithoutShowingItsPassword() throws IOException {
    settings(mirror("http://repo.invalid/repo"));
    variables.put("http_proxy", "http://user:p%ss@127.0.0.1:" + repository.port());
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("a variable for a proxy holds no address of a proxy")
        .hasNoCause();
    variables.put("http_proxy", "socks5://user:secret@127.0.0.1:" + repository.port());
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("the proxy socks5://127.0.0.1 cannot be used, only an HTTP proxy");
    variables.clear();
    variables.put("MAVEN_OPTS", "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=eighty");
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("the property http.proxyPort is 'eighty', which is no number");
  }

  @Test
  void givesTheServersCredentialsAndNamesTheFileWhereTheyAreRefused() throws IOException {
    repository.status(401);
    settings(
        mirror(repository.url()),
        "<servers><server><id>here</id><username>me</username>"
            + "<password>${env.TOKEN}</password></server></servers>");
    variables.put("TOKEN", "secret");
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refuses access")
        .hasMessageContaining(folder.resolve(".m2/settings.xml").toString())
        .hasMessageNotContaining("secret");
    assertThat(repository.authorizations())
        .contains("Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(UTF_8)));
  }

  @Test
  void decryptsPasswordsThatMavenHasEncrypted() throws Exception {
    DefaultPlexusCipher cipher = new DefaultPlexusCipher();
    String master = cipher.encryptAndDecorate("master", "settings.security");
    settings(
        mirror(repository.url()),
        "<servers><server><id>here</id><username>me</username><password>"
            + cipher.encryptAndDecorate("secret", "master")
            + "</password></server></servers>");
    Files.writeString(
        folder.resolve(".m2/settings-security.xml"),
        "<settingsSecurity><master>" + master + "</master></settingsSecurity>");
    repository.status(401);
    assertThatThrownBy(() -> fetch(MODEL)).hasMessageContaining("refuses access");
    assertThat(repository.authorizations())
        .contains("Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(UTF_8)));
  }

  @Test
  void asksTheRepositoriesOfActiveProfilesBeforeCentral() throws IOException {
    settings(
        "<profiles>"
            + profile("off", "http://127.0.0.1:1/off", "")
            + profile("on", repository.url(), "<property><name>corp</name></property>")
            + "</profiles>");
    properties.setProperty("corp", "true");
    assertThat(fetch(MODEL)).hasBinaryContent(jar);
  }

  private static String profile(String id, String url, String activation) {
    return "<profile><id>%s</id><activation>%s</activation>".formatted(id, activation)
        + "<repositories><repository><id>%s</id><url>%s</url></repository></repositories></profile>"
            .formatted(id, url);
  }

  @Test
  void obeysWhereTheLocalRepositoryIs() throws IOException {
    settings(
        "<localRepository>" + folder.resolve("other") + "</localRepository>",
        mirror(repository.url()));
    assertThat(fetch(MODEL)).isEqualTo(folder.resolve("other").resolve(JAR));
    variables.put("MAVEN_ARGS", "-B -Dmaven.repo.local=" + folder.resolve("second"));
    assertThat(fetch(MODEL)).isEqualTo(folder.resolve("second").resolve(JAR));
    properties.setProperty("maven.repo.local", folder.resolve("third").toString());
    assertThat(fetch(MODEL)).isEqualTo(folder.resolve("third").resolve(JAR));
  }

  @Test
  void takesTheSettingsOfTheInstallationBelowThoseOfTheUser() throws IOException {
    settings();
    Files.createDirectories(folder.resolve("maven/conf"));
    Files.writeString(
        folder.resolve("maven/conf/settings.xml"),
        "<settings>" + mirror(repository.url()) + "</settings>");
    variables.put("MAVEN_HOME", folder.resolve("maven").toString());
    assertThat(fetch(MODEL)).hasBinaryContent(jar);
  }

  @Test
  void saysWhatIsWrongWithSettings() throws IOException {
    settings("<mirrors><mirror>");
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("settings.xml");
  }

  @Test
  void endsADownloadThatIsCancelled() throws IOException {
    assertThatThrownBy(() -> source().fetch(MODEL, new RecordingMonitor(0)))
        .isInstanceOf(CancelledException.class);
    assertThat(kept()).isEmpty();
    assertThat(fetch(MODEL)).hasBinaryContent(jar);
  }

  @Test
  void refusesEntriesThatLeadOutOfTheCache() throws IOException {
    repository.file(JAR, FakeRepository.jar("../../evil", "x"));
    assertThatThrownBy(() -> fetch(MODEL + "!/../../evil")).isInstanceOf(FlexoraException.class);
    assertThat(repository.requests()).isEmpty();
    assertThat(folder.resolve("evil")).doesNotExist();
  }
}
