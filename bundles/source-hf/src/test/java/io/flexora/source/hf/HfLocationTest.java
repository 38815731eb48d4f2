package io.flexora.source.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HfLocationTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "org/name, MODEL, org/name, main, ''",
        "//org/name, MODEL, org/name, main, ''",
        "models/org/name, MODEL, org/name, main, ''",
        "gpt2, MODEL, gpt2, main, ''",
        "gpt2@v1, MODEL, gpt2, v1, ''",
        "gpt2@main/config.json, MODEL, gpt2, main, config.json",
        "org/name/config.json, MODEL, org/name, main, config.json",
        "org/name@v1.0/a/b@c.json, MODEL, org/name, v1.0, a/b@c.json",
        "datasets/org/name, DATASET, org/name, main, ''",
        "datasets/squad, DATASET, squad, main, ''",
        "datasets/org/n@refs%2Fconvert%2Fparquet/d/0.parquet, DATASET, org/n, refs/convert/parquet,"
            + " d/0.parquet",
        "datasets/org/n@refs/convert/parquet/d, DATASET, org/n, refs/convert/parquet, d",
        "org/n@refs/pr/3, MODEL, org/n, refs/pr/3, ''"
      })
  void readsAllForms(
      String written, Repository.Kind kind, String id, String revision, String path) {
    HfLocation location = HfLocation.parse(written);
    assertThat(location).isEqualTo(new HfLocation(new Repository(kind, id), revision, path));
    assertThat(HfLocation.parse(location.toString().substring(3))).isEqualTo(location);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/",
        "a//b",
        "org/na me",
        "../x",
        "org/..",
        "org/name/../x",
        "org/name/a//b",
        "org/name/a\\b",
        "org/name@",
        "org/name@../x",
        "org/name@a%2F..%2Fb",
        "org/--x",
        "org/a--b",
        "org/.name",
        "org/name@a:b",
        "datasets/",
        "org/name/\u0000"
      })
  void refusesWhatIsNoLocation(String written) {
    assertThatThrownBy(() -> HfLocation.parse(written))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("'hf:" + written + "'")
        .hasMessageContaining("[@revision][/path]");
  }

  @Test
  void knowsWhatNeverChanges() {
    assertThat(HfLocation.parse("a/b@" + "0".repeat(40)).isPinned()).isTrue();
    assertThat(HfLocation.parse("a/b@0000000").isPinned()).isFalse();
  }
}
