package io.flexora.distribution;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The size of packages, circles of classes, and the names and descriptions of types. */
class RoomsTest {

  private static final int FILES_AT_LEAST = 1500;
  private static final int FILES_OF_A_PACKAGE = 40;
  private static final int CLASSES_OF_A_CIRCLE = 3;
  private static final Pattern NO_NOUN =
      Pattern.compile("(What|Which|How|Where|Whether|Who|When|Why|Tells|Says|Hears)\\b.*");

  private static final List<SourceFile> FILES = SourceFile.all();

  @Test
  void theRulesSeeTheProgram() {
    assertThat(FILES).hasSizeGreaterThanOrEqualTo(FILES_AT_LEAST);
    assertThat(FILES).extracting(SourceFile::type).contains("io.flexora.cli.Main");
  }

  @Test
  void noPackageIsTooLarge() {
    Map<String, Long> sizes =
        FILES.stream().collect(groupingBy(SourceFile::packageName, TreeMap::new, counting()));
    sizes.values().removeIf(size -> size <= FILES_OF_A_PACKAGE);

    assertThat(sizes).as("packages of more than %s files", FILES_OF_A_PACKAGE).isEmpty();
  }

  /** In sources and in compiled code: the one lacks what is inferred, the other constants. */
  @Test
  void noMoreThanThreeClassesMakeACircle() {
    Set<String> types = FILES.stream().map(SourceFile::type).collect(Collectors.toSet());
    Map<String, Set<String>> uses =
        Circles.dependencies(
            new ClassFileImporter()
                .withImportOption(location -> location.contains("/io/flexora/"))
                .importJars(jars()));
    FILES.forEach(
        file -> uses.computeIfAbsent(file.type(), t -> new TreeSet<>()).addAll(file.names(types)));

    List<List<String>> circles = Circles.of(uses, CLASSES_OF_A_CIRCLE + 1);

    assertThat(circles).as("circles of classes:%n%s", lines(circles)).isEmpty();
  }

  @Test
  void noTwoFilesHaveOneName() {
    Map<String, Set<String>> types =
        FILES.stream()
            .map(SourceFile::type)
            .collect(groupingBy(RoomsTest::simpleName, TreeMap::new, Collectors.toSet()));
    types.values().removeIf(same -> same.size() == 1);

    assertThat(types).as("types of the same simple name").isEmpty();
  }

  @Test
  void aTypeIsDescribedByANoun() {
    Set<String> found = new TreeSet<>();
    for (SourceFile file : FILES) {
      file.descriptions()
          .forEach(
              (type, words) -> {
                if (NO_NOUN.matcher(words).matches()) {
                  found.add(file.type() + ": " + type);
                }
              });
    }

    assertThat(found).as("types that no noun describes").isEmpty();
  }

  private static String simpleName(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static String lines(List<List<String>> groups) {
    return groups.stream().map(Object::toString).collect(Collectors.joining("\n"));
  }

  private static List<JarFile> jars() {
    return Stream.concat(Distribution.framework().stream(), Distribution.bundles().stream())
        .map(RoomsTest::open)
        .toList();
  }

  private static JarFile open(Path jar) {
    try {
      return new JarFile(jar.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
