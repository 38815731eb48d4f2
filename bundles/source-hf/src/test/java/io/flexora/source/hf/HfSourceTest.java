package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is brought, and where it lies. */
class HfSourceTest extends HubTest {
  @Test
  void bringsWhatALoaderNeeds() throws IOException {
    Path folder = fetch("org/tiny");
    assertThat(folder).isEqualTo(snapshot(""));
    assertThat(files(folder))
        .containsExactly("config.json", "merges.txt", "model.safetensors", "tokenizer.json");
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(folder.resolve("merges.txt")).hasContent("a b");
  }

  @Test
  void keepsTheLayoutOfTheCache() throws IOException {
    fetch("org/tiny");
    assertThat(cached("refs/main")).hasContent(COMMIT);
    assertThat(Files.readString(cached("refs/main"))).hasSize(40);
    assertThat(Files.readSymbolicLink(snapshot("model.safetensors")))
        .isEqualTo(Path.of("../../blobs", FakeRepo.sha256(WEIGHTS)));
    assertThat(Files.readSymbolicLink(snapshot("merges.txt")))
        .isEqualTo(Path.of("../../blobs", FakeRepo.gitHash("a b".getBytes(UTF_8))));
    assertThat(files(cached("blobs"))).hasSize(4).allMatch(n -> n.matches("[0-9a-f]{40,64}"));
    assertThat(files(cached("trees"))).containsExactly(COMMIT + ".json");
  }

  @Test
  void tellsWhichCommitItWasAndHowManyBytesCame() throws IOException {
    fetch("org/tiny");
    long bytes = WEIGHTS.length + 23L + 2 + 3;
    assertThat(monitor.events())
        .containsExactly(
            new Event.Own(
                "repository_fetched",
                Map.of(
                    "commit", Figure.of(COMMIT),
                    "downloaded_bytes", Figure.of(bytes),
                    "location", Figure.of("hf:org/tiny"))));
    assertAllCame(bytes);
    assertThat(monitor.notices().get(0))
        .isEqualTo("Downloading hf:org/tiny (4 files, 0.2 MB) from " + hub.url());
  }

  @Test
  void namesAModelByItsRepository() {
    HfSource source = new HfSource(null, null, null);
    String commit = "b".repeat(40);
    for (String location :
        List.of(
            "org/name",
            "org/name@v1.0",
            "//org/name",
            "models/org/name",
            "org/name/onnx/model.onnx",
            "org/name@" + commit + "/onnx/model.onnx")) {
      assertThat(source.publicName(location)).as(location).contains("org/name");
    }
    assertThat(source.publicRevision("org/name@" + commit + "/model.onnx")).contains(commit);
    assertThat(source.publicRevision("org/name@refs/pr/1")).contains("refs/pr/1");
    assertThat(source.publicRevision("org/name@main")).isEmpty();
    assertThat(source.publicRevision("org/name/onnx/model.onnx")).isEmpty();
  }

  @Test
  void bringsNothingTwice() throws IOException {
    fetch("org/tiny");
    hub.forgetRequests();
    fetch("org/tiny");
    assertThat(hub.requests()).containsExactly("GET /api/models/org/tiny/revision/main?expand=sha");
    assertThat(monitor.events()).last().asString().contains("downloaded_bytes=Whole[value=0]");
  }

  @Test
  void aPinnedCommitInTheCacheNeedsNoRequest() throws IOException {
    String pinned = "org/tiny@" + COMMIT;
    Path folder = fetch(pinned);
    fetch(pinned + "/onnx");
    hub.forgetRequests();
    assertThat(fetch(pinned)).isEqualTo(folder);
    assertThat(fetch(pinned + "/onnx/model.onnx")).hasBinaryContent(random(300));
    assertThat(fetch(pinned + "/onnx")).isEqualTo(folder.resolve("onnx"));
    assertThat(hub.requests()).isEmpty();
    assertThat(cached("refs")).doesNotExist();
  }

  @Test
  void bringsOneFile() throws IOException {
    assertThat(fetch("org/tiny/merges.txt")).isEqualTo(snapshot("merges.txt")).hasContent("a b");
    assertThat(fetch("org/tiny/onnx/model.onnx")).hasBinaryContent(random(300));
    assertThat(Files.readSymbolicLink(snapshot("onnx/model.onnx")).toString())
        .startsWith("../../../blobs/");
    assertThat(files(snapshot(""))).containsExactly("merges.txt", "onnx/model.onnx");
  }

  @Test
  void asksTheFolderWhereHeadersDoNotTellTheSize() throws IOException {
    hub.hideSizes();
    assertThat(fetch("org/tiny/original/params.json")).hasContent("{}");
    assertThat(fetch("org/tiny/merges.txt")).hasContent("a b");
  }

  @Test
  void bringsAFolder() throws IOException {
    model.small("original/deep/x y%é.txt", "odd");
    Path folder = fetch("org/tiny/original");
    assertThat(folder).isEqualTo(snapshot("original"));
    assertThat(files(folder)).containsExactly("deep/x y%é.txt", "params.json");
  }

  @Test
  void bringsDatasets() throws IOException {
    hub.repo("datasets/org/rows")
        .small("README.md", "rows")
        .small("data/train.jsonl", "1")
        .small("data/test.jsonl", "2");
    Path folder = fetch("datasets/org/rows/data");
    assertThat(folder)
        .isEqualTo(cache().resolve("datasets--org--rows/snapshots").resolve(COMMIT + "/data"));
    assertThat(files(folder)).containsExactly("test.jsonl", "train.jsonl");
    assertThat(files(fetch("datasets/org/rows")))
        .containsExactly("README.md", "data/test.jsonl", "data/train.jsonl");
  }

  @Test
  void bringsWhatMatchesAGlobAlone() throws IOException {
    shards();
    Path folder = fetchMatching("datasets/org/rows/data", "train-*.jsonl");
    assertThat(files(folder)).containsExactly("train-0.jsonl", "train-1.jsonl");
    assertThat(gets()).filteredOn(r -> r.contains("/resolve/")).hasSize(2);
    assertThat(monitor.notices().get(0))
        .startsWith("Downloading hf:datasets/org/rows/data/train-*.jsonl (2 files, ");
    hub.forgetRequests();
    assertThat(fetchMatching("datasets/org/rows@" + COMMIT + "/data", "*-1.jsonl"))
        .isEqualTo(folder);
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void readsGlobsOverAWholeRepository() throws IOException {
    shards();
    assertThat(files(fetchMatching("datasets/org/rows", "**/*-2.jsonl")))
        .containsExactly("data/old/train-2.jsonl");
    assertThat(files(fetchMatching("org/tiny", "*.json")))
        .containsExactly("config.json", "tokenizer.json");
  }

  @Test
  void saysThatNothingMatchesAGlob() throws IOException {
    shards();
    assertThatThrownBy(() -> fetchMatching("datasets/org/rows/data", "*.csv"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage(
            "hf:datasets/org/rows/data/*.csv matches none of the 4 files there, such as"
                + " data/train-0.jsonl");
  }

  private void shards() {
    hub.repo("datasets/org/rows")
        .small("README.md", "rows")
        .small("data/train-0.jsonl", "0")
        .small("data/train-1.jsonl", "1")
        .small("data/test.jsonl", "2")
        .small("data/old/train-2.jsonl", "3");
  }

  private Path fetchMatching(String folder, String glob) throws IOException {
    return source().fetchMatching(folder, glob, monitor);
  }

  @Test
  void readsRevisionsWithSlashes() throws IOException {
    String commit = "b".repeat(40);
    hub.repo("datasets/org/rows").revision("refs/convert/parquet", commit).small("0.parquet", "p");
    assertThat(fetch("datasets/org/rows@refs%2Fconvert%2Fparquet/0.parquet")).hasContent("p");
    assertThat(hub.requests().get(0))
        .isEqualTo("HEAD /datasets/org/rows/resolve/refs%2Fconvert%2Fparquet/0.parquet");
    assertThat(cache().resolve("datasets--org--rows/refs/refs/convert/parquet")).hasContent(commit);
  }

  @Test
  void servesRepositoriesWithoutOrganisationAndRenamedOnes() throws IOException {
    hub.rename("gpt2", "org/tiny");
    assertThat(fetch("gpt2@main/merges.txt")).hasContent("a b");
    assertThat(fetch("gpt2").resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(files(cache().resolve("models--gpt2/refs"))).containsExactly("main");
  }

  @Test
  void takesTheShardsThatTheIndexNames() throws IOException {
    model
        .large("model-00001-of-00002.safetensors", random(10))
        .large("model-00002-of-00002.safetensors", random(11))
        .large("consolidated.safetensors", random(12))
        .small(
            "model.safetensors.index.json",
            "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\","
                + " \"b\": \"model-00002-of-00002.safetensors\"}}");
    assertThat(files(fetch("org/tiny")))
        .filteredOn(f -> f.endsWith(".safetensors"))
        .containsExactly("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
  }

  @Test
  void refusesAnIndexThatNamesWhatIsNotThere() {
    model.files().remove("model.safetensors");
    model.small("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"gone.safetensors\"}}");
    assertThatThrownBy(() -> fetch("org/tiny"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("names gone.safetensors, which the repository does not have");
  }

  @Test
  void saysWhichOtherFormatsThereAre() {
    model.files().remove("model.safetensors");
    assertThatThrownBy(() -> fetch("org/tiny"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no weights in safetensors")
        .hasMessageContaining("pytorch_model.bin, onnx/model.onnx");
  }

  @Test
  void followsTheBranchWhenItMoves() throws IOException {
    fetch("org/tiny");
    String next = "c".repeat(40);
    model.revision("main", next).small("merges.txt", "c d");
    hub.forgetRequests();
    assertThat(fetch("org/tiny").resolve("merges.txt")).hasContent("c d");
    assertThat(cached("refs/main")).hasContent(next);
    assertThat(hub.requests()).filteredOn(r -> r.contains("/resolve/")).hasSize(1);
    assertThat(snapshot("merges.txt")).hasContent("a b");
  }

  @Test
  void readsLongListsPageByPage() throws IOException {
    hub.pages(3);
    for (int i = 0; i < 10; i++) {
      hub.repo("datasets/org/rows").small("data/%d.txt".formatted(i), "row " + i);
    }
    assertThat(files(fetch("datasets/org/rows"))).hasSize(10);
    assertThat(hub.requests()).filteredOn(r -> r.contains("/tree/")).hasSize(4);
  }

  @Test
  void namesTheNearestFileAndNotesWhatIsNotThere() throws IOException {
    assertThatThrownBy(() -> fetch("org/tiny/tokeniser.json"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hf:org/tiny/tokeniser.json")
        .hasMessageContaining("did you mean 'tokenizer.json'?");
    assertThatThrownBy(() -> fetch("org/tiny/params.json"))
        .hasMessageContaining("did you mean 'original/params.json'?");
    assertThat(files(cached(".no_exist/" + COMMIT)))
        .containsExactly("params.json", "tokeniser.json");
  }

  @Test
  void namesTheRevisionOrRepositoryThatIsNotThere() {
    assertThatThrownBy(() -> fetch("org/tiny@v9"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("org/tiny has no revision 'v9'");
    assertThatThrownBy(() -> fetch("org/tiny@v9/merges.txt"))
        .hasMessageContaining("org/tiny has no revision 'v9'");
    assertThatThrownBy(() -> fetch("org/tinny"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no repository org/tinny at " + hub.url())
        .hasMessageContaining("HF_TOKEN")
        .hasMessageContaining("hf:org@main/tinny");
    assertThat(cache()).doesNotExist();
  }

  @Test
  void refusesNamesThatLeadOutOfTheCache() throws IOException {
    for (String evil : new String[] {"../../../evil", "/evil", "a/../../evil", "a\\..\\evil"}) {
      hub.repo("datasets/org/evil").files().clear();
      hub.repo("datasets/org/evil").small("good.txt", "good").small(evil, "evil");
      assertThatThrownBy(() -> fetch("datasets/org/evil"))
          .as(evil)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("leads out of its folder");
    }
    assertThat(cache()).doesNotExist();
  }

  @Test
  void worksWithoutSymbolicLinks() throws IOException {
    variables.put("HF_HUB_DISABLE_SYMLINKS", "1");
    Path folder = fetch("org/tiny");
    assertThat(folder.resolve("model.safetensors")).isRegularFile().hasBinaryContent(WEIGHTS);
    assertThat(Files.isSymbolicLink(folder.resolve("model.safetensors"))).isFalse();
    assertThat(gets()).hasSizeGreaterThan(1);
    hub.forgetRequests();
    fetch("org/tiny");
    assertThat(hub.requests()).hasSize(1);
  }

  @Test
  void findsTheCacheAsHuggingfaceHubDoes() throws IOException {
    variables.put("XDG_CACHE_HOME", home.resolve("xdg").toString());
    assertThat(fetch("org/tiny/merges.txt")).startsWith(home.resolve("xdg/huggingface/hub"));
    variables.put("HF_HOME", "~/hf");
    assertThat(fetch("org/tiny/merges.txt")).startsWith(home.resolve("hf/hub"));
    variables.put("HF_HUB_CACHE", "${HF_HOME}/other");
    variables.put("HF_HOME", home.toString());
    assertThat(fetch("org/tiny/merges.txt")).startsWith(home.resolve("other"));
    properties.setProperty("HF_HUB_CACHE", home.resolve("property").toString());
    assertThat(fetch("org/tiny/merges.txt")).startsWith(home.resolve("property"));
  }
}
