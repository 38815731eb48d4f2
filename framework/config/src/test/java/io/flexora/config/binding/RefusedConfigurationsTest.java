package io.flexora.config.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flexora.config.yaml.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares what is said about malformed configurations with {@code refused.txt}, word by word. */
public class RefusedConfigurationsTest {

  private static final String CASE = "===== ";
  private static final String MESSAGE = "-----\n";
  private static final String FLAG = "--set ";

  /** A configuration with flags, and what is said about it. */
  public record Case(String title, List<String> flags, String yaml, String message) {

    static Case of(String text) {
      String title = text.lines().findFirst().orElseThrow();
      String[] parts = text.substring(title.length() + 1).split("(?m)^" + MESSAGE, 2);
      List<String> flags =
          parts[0]
              .lines()
              .filter(line -> line.startsWith(FLAG))
              .map(line -> line.substring(FLAG.length()))
              .toList();
      String yaml = parts[0].replaceAll("(?m)^" + FLAG + ".*\n", "");
      return new Case(title, flags, yaml, parts[1].strip());
    }
  }

  @TestFactory
  Stream<DynamicTest> eachIsToldAsInTheGoldenFile() throws IOException {
    List<Case> cases = cases();
    assertThat(cases).hasSizeGreaterThan(90);
    return cases.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.title(), () -> assertThat(seen(c)).isEqualTo(c.message())));
  }

  /** All cases of the golden file. */
  public static List<Case> cases() throws IOException {
    return Stream.of(golden().split("(?m)^" + CASE)).skip(1).map(Case::of).toList();
  }

  private static String seen(Case given) {
    return catchThrowableOfType(
            ConfigurationException.class,
            () -> Points.bind(given.yaml(), given.flags().toArray(String[]::new)))
        .getMessage();
  }

  private static String golden() throws IOException {
    try (InputStream in = RefusedConfigurationsTest.class.getResourceAsStream("refused.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
