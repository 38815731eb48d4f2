package io.flexora.source.maven;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flexora.testkit.SourceSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Works against a repository on this machine; the bundle finds it by the user's settings. */
class MavenSourceSuiteTest extends SourceSuite {

  private static final String HOME = "user.home";
  private static final String LOCAL = "maven.repo.local";

  @TempDir private static Path home;
  private static FakeRepository repository;
  private static String before;

  @BeforeAll
  static void start() throws IOException {
    repository = new FakeRepository();
    repository.file("org/example/model/1.0/model-1.0.jar", "weights".getBytes(UTF_8));
    Files.createDirectories(home.resolve(".m2"));
    Files.writeString(
        home.resolve(".m2/settings.xml"),
        "<settings><mirrors><mirror><id>here</id><mirrorOf>*</mirrorOf><url>"
            + repository.url()
            + "</url></mirror></mirrors></settings>");
    before = System.setProperty(HOME, home.toString());
    System.setProperty(LOCAL, home.resolve("repository").toString());
  }

  @AfterAll
  static void stop() {
    System.setProperty(HOME, before);
    System.clearProperty(LOCAL);
    repository.close();
  }

  @Override
  protected String configuration() {
    return "maven";
  }

  @Override
  protected String existing() {
    return "org.example:model:1.0";
  }

  @Override
  protected byte[] content() {
    return "weights".getBytes(UTF_8);
  }

  @Override
  protected String missing() {
    return "org.example:missing:1.0";
  }
}
