package io.flexora.source.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoordinatesTest {
  @Test
  void readsAllForms() {
    assertThat(Coordinates.parse("a.b:c:1.0"))
        .isEqualTo(new Coordinates("a.b", "c", "1.0", "jar", ""));
    assertThat(Coordinates.parse("a.b:c:1.0:zip"))
        .isEqualTo(new Coordinates("a.b", "c", "1.0", "zip", ""));
    assertThat(Coordinates.parse("a:c:1:tar.gz:linux-x86_64"))
        .isEqualTo(new Coordinates("a", "c", "1", "tar.gz", "linux-x86_64"));
  }

  @Test
  void knowsWhereMavenKeepsTheFile() {
    assertThat(Coordinates.parse("a.b:c:1.0:zip:data").pathIn(Path.of("/m2")))
        .isEqualTo(Path.of("/m2/a/b/c/1.0/c-1.0-data.zip"));
  }

  @Test
  void writesItselfAsMavenReadsIt() {
    for (String written : List.of("a:c:1", "a:c:1:zip", "a:c:1:jar:x")) {
      assertThat(Coordinates.parse(written)).hasToString(written);
    }
  }

  @Test
  void refusesWhatIsNoExactFile() {
    for (String written :
        List.of(
            "a:b", "a:b:", "a:b:[1,2)", "a:b:1:jar:x:y", "a:b/../c:1", "a:..:1", "a:b:LATEST")) {
      assertThatThrownBy(() -> Coordinates.parse(written))
          .as(written)
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("'maven:" + written + "'");
    }
  }
}
