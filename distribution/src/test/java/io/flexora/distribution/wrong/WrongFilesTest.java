package io.flexora.distribution.wrong;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongFilesTest {

  private Refusals refused;
  private byte[] model;

  @BeforeAll
  void prepare(@TempDir Path folder) throws Exception {
    refused = new Refusals(folder);
    model = Files.readAllBytes(refused.file("model.onnx"));
  }

  @Test
  void aModelThatIsCutShort() throws Exception {
    Path cut = model("cut.onnx", Arrays.copyOf(model, model.length / 2));

    assertThat(refused.set(source(cut)))
        .startsWith("--set model.source=file:")
        .endsWith(
            cut
                + " is not a whole ONNX file: it is cut short, damaged, or something else. Fetch or"
                + " export it again");
  }

  @Test
  void aModelWithDamagedWeights() throws Exception {
    byte[] damaged = model.clone();
    Arrays.fill(damaged, 3000, 3008, (byte) 0x7f);
    Path file = model("damaged.onnx", damaged);
    Files.copy(refused.file("tokenizer.json"), refused.file("damaged-tokenizer.json"));

    assertThat(refused.set(source(file)))
        .startsWith("--set model.source=file:")
        .contains(file + " is damaged: its tensor 'embeddings.word_embeddings.weight' holds ")
        .endsWith(". Fetch or export it again");
  }

  @Test
  void aModelThatIsAWebPage() throws Exception {
    Path page = model("page.onnx", "<html><body>Not found</body></html>".getBytes(UTF_8));

    assertThat(refused.set(source(page)))
        .startsWith("--set model.source=file:")
        .contains(page + " is not a whole ONNX file: ");
  }

  @Test
  void aModelThatIsNotThere() throws Exception {
    assertThat(refused.set(source(refused.file("modell.onnx"))))
        .startsWith("--set model.source=file:")
        .endsWith(
            "the model cannot be read: there is no file %s; did you mean '%s'?"
                .formatted(refused.file("modell.onnx"), refused.file("model.onnx")));
  }

  @Test
  void aLocationWithoutASource() throws Exception {
    String path = refused.file("model.onnx").toString();

    assertThat(refused.set("model.source=" + path))
        .contains("'" + path + "'", "write file:" + path, "maven");
  }

  @Test
  void aModelWithoutItsTokenizer() throws Exception {
    Path folder = Files.createDirectories(refused.file("alone"));
    Path alone = model("alone/model.onnx", model);

    assertThat(refused.set(source(alone)))
        .startsWith(experiment())
        .endsWith(
            "no tokenizer was found next to the model: there is neither"
                + " file:%1$s/model-tokenizer.json nor file:%1$s/tokenizer.json. Write where it is"
                    .formatted(folder)
                + " into the model's option tokenizer");
  }

  @Test
  void aTokenizerThatIsNone() throws Exception {
    Path other = Files.writeString(refused.file("other.json"), "{\"version\": \"1.0\"}");

    assertThat(refused.set("model.tokenizer=file:" + other))
        .startsWith("--set model.tokenizer=file:")
        .contains(other + " is not a tokenizer: ")
        .endsWith(". Take the tokenizer.json that was published with the model");
  }

  @Test
  void aFolderOfGgufFilesAlone() throws Exception {
    Path folder = Files.createDirectories(refused.file("quantised"));
    for (String name : List.of("b.gguf", "a-00001-of-00002.gguf", "a-00002-of-00002.gguf")) {
      Files.writeString(folder.resolve(name), "");
    }
    String source = "file:" + folder;

    assertThat(refused.set("model.use=decoder", "model.source=" + source))
        .startsWith("--set model.source=file:")
        .endsWith(
            ("source is %1$s, which has no config.json; to load one of the GGUF files in it, name"
                    + " the file: %1$s/a-00001-of-00002.gguf, %1$s/b.gguf")
                .formatted(source));
  }

  /** The place where the model is configured. */
  private String experiment() {
    return refused.experiment().file() + ":";
  }

  private Path model(String name, byte[] content) throws IOException {
    return Files.write(refused.file(name), content);
  }

  private static String source(Path model) {
    return "model.source=file:" + model;
  }
}
