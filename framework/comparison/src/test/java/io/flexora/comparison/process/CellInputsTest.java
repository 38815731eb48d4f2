package io.flexora.comparison.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.files.durable.FileHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellInputsTest {

  @TempDir Path folder;

  private CellInputs read(Map<String, String> code, Map<String, FileHash> files) {
    Path file = folder.resolve(CellInputs.FILE);
    new CellInputs(code, files).write(file);
    return CellInputs.read(file);
  }

  @Test
  void aMachineWithOtherCodeIsToldWithTheJar() {
    CellInputs inputs = read(Map.of("mine", "a".repeat(64), "ours", "c".repeat(64)), Map.of());

    assertThatCode(() -> inputs.require(Map.of("mine", "a".repeat(64), "ours", "c".repeat(64))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> inputs.require(Map.of("mine", "b".repeat(64), "ours", "c".repeat(64))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("has other code than the one that planned the cell: the code of mine")
        .hasMessageContaining("Install the same jars");
  }

  @Test
  void aMachineWithAnotherFileIsToldWithTheFile() throws Exception {
    Path data = Files.writeString(folder.resolve("data.jsonl"), "one");
    Map<String, FileHash> files =
        new LocalFiles()
            .of(
                new ConfigurationReader()
                    .parse("data: {source: 'file:%s', field: text}".formatted(data), "test"),
                folder.resolve("run"));
    assertThat(files).containsOnlyKeys(data.toString());
    assertThat(files.get(data.toString())).isEqualTo(FileHash.of(data));
    CellInputs inputs = read(Map.of(), files);
    assertThatCode(() -> inputs.require(Map.of())).doesNotThrowAnyException();

    Files.writeString(data, "two");
    assertThatThrownBy(() -> inputs.require(Map.of()))
        .hasMessageContaining("has another " + data)
        .hasMessageContaining("Copy the file, or share its folder");
    Files.delete(data);
    assertThatThrownBy(() -> inputs.require(Map.of())).hasMessageContaining("it is not there");
  }

  @Test
  void aLargeFileIsKnownByItsSize() throws Exception {
    Path weights = Files.writeString(folder.resolve("weights"), "12345");
    Map<String, FileHash> files = Map.of(weights.toString(), new FileHash(5, ""));

    assertThatCode(() -> read(Map.of(), files).require(Map.of())).doesNotThrowAnyException();
    Files.writeString(weights, "123456");
    assertThatThrownBy(() -> read(Map.of(), files).require(Map.of()))
        .hasMessageContaining("has 6 bytes instead of 5");
  }

  @Test
  void filesOfFoldersCountAndWordsDoNot() throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");

    assertThat(
            new LocalFiles()
                .of(
                    new ConfigurationReader()
                        .parse("model: {source: %s, of: [src, 'hf:a/b']}".formatted(model), "test"),
                    folder.resolve("run")))
        .containsOnlyKeys(model.resolve("config.json").toString());
  }

  @Test
  void theVariablesOfNumbersAndCachesAreSentAndNoSecret() {
    assertThat(
            CellEnvironment.of(
                Map.of(
                    "OMP_NUM_THREADS", "2",
                    "MALLOC_ARENA_MAX", "1",
                    "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128",
                    "HF_HOME", "/hub",
                    "HF_TOKEN", "secret",
                    "CUDA_VISIBLE_DEVICES", "0",
                    "HOME", "/me")))
        .containsOnlyKeys(
            "OMP_NUM_THREADS", "MALLOC_ARENA_MAX", "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "HF_HOME");
  }

  @Test
  void aSecretIsKnownByItsValueToo() {
    assertThat(
            CellEnvironment.of(
                Map.of(
                    "HF_ENDPOINT", "https://user:hidden1@hub.example/path",
                    "HF_MIRROR", "https://hub.example/?access_token=hidden1",
                    "HF_HEADER", "Authorization: Bearer hidden1",
                    "HF_LOGIN", "hf_abcdefghijklmnopqrst",
                    "HF_COPY", "of hidden2",
                    "MY_PASSWORD", "hidden2",
                    "HF_HOME", "/home/me@work/hub",
                    "HF_X;touch executed;", "1")))
        .containsOnly(
            Map.entry("HF_ENDPOINT", "https://hub.example/path"),
            Map.entry("HF_HOME", "/home/me@work/hub"));
  }
}
