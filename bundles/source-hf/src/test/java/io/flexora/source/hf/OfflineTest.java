package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.source.Source;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the cache serves where the network is forbidden or away. */
class OfflineTest extends HubTest {
  private void forbid() {
    variables.put("HF_HUB_OFFLINE", "1");
    hub.forgetRequests();
  }

  /** Makes what an older huggingface_hub leaves: no list of files. */
  private void older(String... files) throws IOException {
    Files.createDirectories(snapshot(""));
    Files.createDirectories(cached("refs"));
    Files.writeString(cached("refs/main"), COMMIT);
    for (String file : files) {
      Files.createDirectories(snapshot(file).getParent());
      Files.writeString(snapshot(file), file);
    }
  }

  @Test
  void usesTheCacheOnlyWhereTheVariableForbidsTheNetwork() throws IOException {
    fetch("org/tiny");
    forbid();
    assertThat(fetch("org/tiny")).isEqualTo(snapshot(""));
    assertThat(fetch("org/tiny/merges.txt")).hasContent("a b");
    variables.remove("HF_HUB_OFFLINE");
    variables.put("TRANSFORMERS_OFFLINE", "yes");
    assertThat(fetch("org/tiny@main")).isEqualTo(snapshot(""));
    assertThat(hub.requests()).isEmpty();
    variables.put("HF_HUB_OFFLINE", "0");
    fetch("org/tiny");
    assertThat(hub.requests()).isNotEmpty();
  }

  @Test
  void saysWhereItKeepsAndGetsFiles() {
    assertThat(source().places())
        .isEqualTo(
            new Source.Places(
                Optional.of(cache()), List.of(URI.create(hub.url())), Optional.empty()));
    forbid();
    assertThat(source().places().offline()).contains("HF_HUB_OFFLINE");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    forbid();
    assertThatThrownBy(() -> fetch("org/tiny@v2"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hf:org/tiny@v2")
        .hasMessageContaining(cached("").toString())
        .hasMessageContaining("HF_HUB_OFFLINE forbids to use the network")
        .hasMessageContaining("'hf download org/tiny --revision v2'");
    variables.remove("HF_HUB_OFFLINE");
    fetch("org/tiny");
    Files.delete(snapshot("merges.txt"));
    Files.delete(cached("blobs/" + FakeRepo.sha256(WEIGHTS)));
    forbid();
    assertThatThrownBy(() -> fetch("org/tiny"))
        .hasMessageContaining("it lacks merges.txt, model.safetensors, and HF_HUB_OFFLINE");
    assertThatThrownBy(() -> fetch("org/tiny/onnx/model.onnx"))
        .hasMessageContaining("it lacks onnx/model.onnx, and");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void usesAndMissesWhatMatchesAGlob() throws IOException {
    hub.repo("datasets/org/rows").small("data/a-1.jsonl", "1").small("data/b.jsonl", "2");
    Path folder = source().fetchMatching("datasets/org/rows/data", "a-*", monitor);
    forbid();
    assertThat(source().fetchMatching("datasets/org/rows/data", "a-*", monitor)).isEqualTo(folder);
    assertThatThrownBy(() -> source().fetchMatching("datasets/org/rows/data", "b*", monitor))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("it lacks data/b.jsonl, and HF_HUB_OFFLINE")
        .hasMessageContaining("'hf download org/rows --repo-type dataset --include 'data/b*''");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void judgesACacheWithoutListsBySight() throws IOException {
    older("config.json", "tokenizer.json");
    forbid();
    assertThatThrownBy(() -> fetch("org/tiny")).hasMessageContaining("it lacks model.safetensors");
    Files.writeString(
        snapshot(WeightIndex.NAME),
        "{\"weight_map\": {\"a\": \"x-1.safetensors\", \"b\": \"x-2\"}}");
    Files.writeString(snapshot("x-1.safetensors"), "x");
    assertThatThrownBy(() -> fetch("org/tiny")).hasMessageContaining("it lacks x-2,");
    Files.writeString(snapshot("x-2"), "x");
    assertThat(fetch("org/tiny")).isEqualTo(snapshot(""));
    assertThat(monitor.notices())
        .last()
        .asString()
        .contains("no list of its files is in the cache");
  }

  @Test
  void usesWhatAnotherProgramDownloaded() throws IOException {
    older();
    Files.createDirectories(cached("blobs"));
    Path blob = cached("blobs/" + FakeRepo.gitHash("a b".getBytes(UTF_8)));
    Files.writeString(blob, "a b");
    Files.createSymbolicLink(
        snapshot("merges.txt"), Path.of("../../blobs").resolve(blob.getFileName()));
    assertThat(fetch("org/tiny").resolve("merges.txt")).hasContent("a b");
    assertThat(gets()).noneMatch(r -> r.contains("merges.txt"));
  }

  @Test
  void usesTheCacheWithANoticeWhereTheNetworkIsAway() throws IOException {
    fetch("org/tiny");
    fetch("org/tiny/onnx");
    hub.close();
    assertThat(fetch("org/tiny")).isEqualTo(snapshot(""));
    assertThat(monitor.notices())
        .last()
        .asString()
        .contains("cannot be reached: the connection is refused")
        .contains("using what the cache has of hf:org/tiny, at commit " + COMMIT);
    assertThat(fetch("org/tiny/merges.txt")).hasContent("a b");
    assertThat(fetch("org/tiny/onnx")).isEqualTo(snapshot("onnx"));
    assertThatThrownBy(() -> fetch("org/tiny/pytorch_model.bin"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("cannot be reached");
    assertThat(monitor.notices())
        .last()
        .asString()
        .contains("has commit " + COMMIT + ", but not hf:org/tiny/pytorch_model.bin");
  }

  /** Who can do without a file has to know which of the two it is. */
  @Test
  void aFileThatCannotBeHadNowIsNotOneThatIsNotThere() throws IOException {
    fetch("org/tiny/config.json");
    assertThatThrownBy(() -> fetch("org/tiny/chat_template.jinja"))
        .isInstanceOf(FileNotFoundException.class);
    for (int status : new int[] {403, 418, 503}) {
      hub.fail(Integer.MAX_VALUE, status, "");
      assertThatThrownBy(() -> fetch("org/tiny/merges.txt"))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(FileNotFoundException.class);
    }
    forbid();
    assertThatThrownBy(() -> fetch("org/tiny/merges.txt"))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void usesTheCacheWhereAccessIsRefusedOrSomethingElseAnswers() throws IOException {
    fetch("org/tiny");
    for (int status : new int[] {401, 403, 500, 418}) {
      hub.fail(Integer.MAX_VALUE, status, "");
      assertThat(fetch("org/tiny")).isEqualTo(snapshot(""));
      assertThat(monitor.notices()).last().asString().contains("using what the cache has");
    }
  }

  @Test
  void saysThatNobodyListens() {
    hub.close();
    assertThatThrownBy(() -> fetch("org/tiny"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(hub.url())
        .hasMessageContaining("the connection is refused")
        .hasMessageContaining("HF_ENDPOINT");
    variables.put("HF_ENDPOINT", "http://hub.invalid");
    assertThatThrownBy(() -> fetch("org/tiny")).hasMessageContaining("there is no such host");
  }

  @Test
  void servesACacheThatCannotBeRead() throws IOException {
    fetch("org/tiny");
    Files.writeString(cached("trees/" + COMMIT + ".json"), "{\"format_version\": 1, \"files\": [");
    assertThat(fetch("org/tiny")).isEqualTo(snapshot(""));
    Files.writeString(
        cached("trees/" + COMMIT + ".json"),
        "{\"format_version\": 1, \"files\": {\"../x\": {\"size\": 1, \"blob_id\": \"%s\"}}}"
            .formatted("0".repeat(40)));
    assertThat(fetch("org/tiny")).isEqualTo(snapshot(""));
    assertThat(hub.requests()).filteredOn(r -> r.contains("/tree/")).hasSize(3);
  }
}
