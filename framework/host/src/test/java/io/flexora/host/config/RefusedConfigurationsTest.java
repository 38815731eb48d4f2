package io.flexora.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares what is said about malformed configurations with {@code refused.txt}, word by word. */
class RefusedConfigurationsTest {

  private static final String CASE = "===== ";
  private static final String MESSAGE = "-----\n";
  private static final String FLAG = "--set ";

  @TestFactory
  Stream<DynamicTest> eachIsToldAsInTheGoldenFile() throws IOException {
    List<String> cases = List.of(golden().split("(?m)^" + CASE));
    assertThat(cases).hasSizeGreaterThan(90);
    return cases.stream().skip(1).map(this::test);
  }

  private DynamicTest test(String text) {
    String title = text.lines().findFirst().orElseThrow();
    String[] parts = text.substring(title.length() + 1).split("(?m)^" + MESSAGE, 2);
    return DynamicTest.dynamicTest(
        title, () -> assertThat(message(parts[0])).isEqualTo(parts[1].strip()));
  }

  private static String message(String given) {
    String[] flags =
        given
            .lines()
            .filter(line -> line.startsWith(FLAG))
            .map(line -> line.substring(FLAG.length()))
            .toArray(String[]::new);
    String yaml = given.replaceAll("(?m)^" + FLAG + ".*\n", "");
    return catchThrowableOfType(ConfigurationException.class, () -> Points.bind(yaml, flags))
        .getMessage();
  }

  private static String golden() throws IOException {
    try (InputStream in = RefusedConfigurationsTest.class.getResourceAsStream("refused.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
