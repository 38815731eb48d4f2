package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The licences that a release names, against what the pom of each jar declares. */
class LicencesTest {

  private static final Path REPOSITORY =
      Path.of(System.getProperty("flexora.local-repository")).toAbsolutePath();

  private static final Pattern ROW = Pattern.compile("\\| ([^|]+?) \\| ([^|]+?) \\|.*");

  /** PyTorch's own libraries, of which DJL's pom declares the licence of its packaging. */
  private static final Pattern REPACKAGED = Pattern.compile("pytorch-native-.*");

  /** The SPDX name of what poms write, name and address in one text. */
  private static final Map<Pattern, String> SPDX = new LinkedHashMap<>();

  static {
    known("Apache.*2\\.0.*", "Apache-2.0");
    known("MIT-0 .*", "MIT-0");
    known(".*\\bMIT\\b.*", "MIT");
    known(".*(BSD-3-Clause|\\(New\\) BSD).*", "BSD-3-Clause");
    known(".*BSD-2-Clause.*", "BSD-2-Clause");
    known(".*epl-2\\.0.*", "EPL-2.0");
    known("Eclipse Public License - v 1\\.0.*", "EPL-1.0");
    known("GPL2 w/ CPE .*", "GPL-2.0-only WITH Classpath-exception-2.0");
    known("LGPL-2\\.1-or-later .*", "LGPL-2.1-or-later");
    known("GNU Lesser General Public License .*lgpl-2\\.1.*", "LGPL-2.1-only");
    known("Public Domain.*", "LicenseRef-Public-Domain");
  }

  private final Map<String, Path> poms = new HashMap<>();
  private DocumentBuilder xml;

  private static void known(String written, String name) {
    SPDX.put(Pattern.compile("(?i)(the )?" + written), name);
  }

  @BeforeEach
  void findPoms() throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    xml = factory.newDocumentBuilder();
    try (Stream<Path> files = Files.walk(REPOSITORY)) {
      files
          .filter(file -> file.toString().endsWith(".pom"))
          .forEach(file -> poms.putIfAbsent(name(file, ".pom"), file));
    }
  }

  private static String name(Path file, String ending) {
    return file.getFileName().toString().replace(ending, "");
  }

  @Test
  void eachIsWhatThePomOfTheJarDeclares() throws Exception {
    Map<String, String> named = named();
    List<String> libraries = libraries();
    assertThat(libraries).hasSizeGreaterThan(80).contains("maven-resolver-api-2.0.17");
    for (String library : libraries) {
      assertThat(poms).as("the poms of the local repository").containsKey(library);
      Set<String> declared = new TreeSet<>();
      for (String licence : licences(poms.get(library))) {
        declared.add(spdx(library, licence));
      }
      assertThat(declared).as(library).isNotEmpty();
      assertThat(Set.of(named.get(library).split(" OR | AND ")))
          .as(library)
          .containsExactlyInAnyOrderElementsOf(declared);
    }
  }

  /** The licences of the release by the names of the jars. */
  private static Map<String, String> named() throws IOException {
    Map<String, String> named = new HashMap<>();
    for (String line : Files.readAllLines(Distribution.HOME.resolve("licenses/README.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        named.put(row.group(1), row.group(2));
      }
    }
    return named;
  }

  /** The jars that are not ours, those inside of bundles, too. */
  private static List<String> libraries() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path jar : Distribution.jars("lib")) {
      names.add(name(jar, ".jar"));
    }
    for (Path bundle : Distribution.bundles()) {
      try (FileSystem content = FileSystems.newFileSystem(bundle, Map.of());
          Stream<Path> files = Files.walk(content.getPath("/"))) {
        files
            .filter(file -> file.toString().endsWith(".jar"))
            .forEach(file -> names.add(name(file, ".jar")));
      }
    }
    return names.stream()
        .filter(name -> !name.startsWith("flexora-") && !name.equals("driver"))
        .filter(name -> !REPACKAGED.matcher(name).matches())
        .toList();
  }

  private static String spdx(String library, String licence) {
    return SPDX.entrySet().stream()
        .filter(known -> known.getKey().matcher(licence).matches())
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "%s declares '%s', of which this test knows no SPDX name"
                        .formatted(library, licence)));
  }

  /** Name and address of each licence of a pom, or of the closest parent that has some. */
  private List<String> licences(Path pom) throws Exception {
    Element project = xml.parse(pom.toFile()).getDocumentElement();
    List<String> licences = new ArrayList<>();
    for (Element all : children(project, "licenses")) {
      for (Element licence : children(all, "license")) {
        licences.add(text(licence, "name") + " " + text(licence, "url"));
      }
    }
    if (!licences.isEmpty()) {
      return licences;
    }
    Optional<Element> parent = children(project, "parent").stream().findFirst();
    return parent.isEmpty() ? List.of() : licences(pom(parent.get()));
  }

  private static Path pom(Element parent) {
    String artifact = text(parent, "artifactId");
    String version = text(parent, "version");
    return REPOSITORY
        .resolve(text(parent, "groupId").replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + ".pom");
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    return children(parent, name).stream()
        .map(element -> element.getTextContent().strip())
        .findFirst()
        .orElse("");
  }
}
