package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a Maven repository shows of each module. */
class CoordinatesTest {

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ADDRESS = Pattern.compile("https?://[^\"<\\s]+");
  private static final Path ROOT = Distribution.SOURCES.resolve("pom.xml");

  private static List<Path> poms(Path pom) throws IOException {
    List<Path> all = new ArrayList<>(List.of(pom));
    Matcher modules = MODULE.matcher(Files.readString(pom));
    while (modules.find()) {
      all.addAll(poms(pom.resolveSibling(modules.group(1)).resolve("pom.xml")));
    }
    return all;
  }

  @Test
  void theParentSaysWhatAllModulesInherit() throws IOException {
    assertThat(Files.readString(ROOT))
        .containsSubsequence(
            "<groupId>io.flexora</groupId>",
            "<name>",
            "<description>",
            "<licenses>",
            "<name>Apache-2.0</name>",
            "<developers>",
            "<name>");
  }

  @Test
  void eachModuleThatIsPublishedHasANameOfItsOwn() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path pom : poms(ROOT)) {
      String text = Files.readString(pom);
      if (text.contains("<maven.deploy.skip>true</maven.deploy.skip>")) {
        continue;
      }
      Matcher own = Pattern.compile("<name>(Flexora[^<]*)</name>").matcher(text);
      assertThat(own.find()).as(pom.toString()).isTrue();
      names.add(own.group(1));
    }
    assertThat(names).hasSizeGreaterThan(60).doesNotHaveDuplicates();
  }

  /** An address that nobody answers at is worse than none. */
  @Test
  void noAddressIsInvented() throws IOException {
    for (Path pom : poms(ROOT)) {
      assertThat(ADDRESS.matcher(Files.readString(pom)).results().map(MatchResult::group))
          .as(pom.toString())
          .isSubsetOf(
              "http://maven.apache.org/POM/4.0.0",
              "http://www.w3.org/2001/XMLSchema-instance",
              "https://maven.apache.org/xsd/maven-4.0.0.xsd",
              "https://www.apache.org/licenses/LICENSE-2.0");
    }
  }
}
