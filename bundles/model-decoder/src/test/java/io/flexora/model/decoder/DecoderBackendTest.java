package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Role;
import io.flexora.api.model.TextTokenizer;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.DecoderOptions.ComputeChoice;
import io.flexora.model.decoder.token.Bos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderBackendTest {

  @TempDir private Path folder;

  private static DecoderBackend backend(Path model, Optional<Path> tokenizer) {
    DecoderOptions options =
        new DecoderOptions(
            model.toString(),
            tokenizer.map(Path::toString),
            64,
            ComputeChoice.FLOAT32,
            Bos.AUTO,
            Optional.of("{% for m in messages %}{{ m.content }}{% endfor %}"),
            1024,
            0);
    return new DecoderBackend(options, Path::of, Device.cpu());
  }

  /** The tiny models have 96 rows; this tokenizer has tokens for the last and for one more. */
  private Path tokenizerWithTokens(String last, String beyond) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path source = TinyModel.named("mistral").folder().resolve("tokenizer.json");
    ObjectNode json = (ObjectNode) mapper.readTree(source.toFile());
    int id = 95;
    for (String text : List.of(last, beyond)) {
      ((ObjectNode) json.path("model").path("vocab")).put(text, id);
      ObjectNode token = json.withArray("added_tokens").addObject().put("id", id++);
      token.put("content", text).put("special", true).put("single_word", false);
      token.put("lstrip", false).put("rstrip", false).put("normalized", false);
    }
    return Files.writeString(folder.resolve("tokenizer.json"), json.toString());
  }

  @Test
  void refusesATokenThatTheEmbeddingHasNoRowFor() throws IOException {
    Path file = tokenizerWithTokens("<last>", "<beyond>");
    for (String name : List.of("mistral", "gguf-llama3-f16/model.gguf")) {
      Path model = TinyModel.named(name).folder();
      try (TextTokenizer tokenizer =
          (TextTokenizer) backend(model, Optional.of(file)).tokenizer()) {
        assertThat(tokenizer.prompt("<last>")).contains(95);
        List<Message> talk =
            List.of(new Message(Role.USER, "a"), new Message(Role.ASSISTANT, "<beyond>"));
        Example question = new Example("r:1", "a<beyond>", List.of("b", "c"), 0);
        Example answers = new Example("r:2", "a", List.of("b", "<beyond>"), 0);
        List<ThrowingCallable> calls =
            List.of(
                () -> tokenizer.prompt("a<beyond>"),
                () -> tokenizer.prompt(talk),
                () -> tokenizer.tokens(Example.conversation("r:3", talk), false),
                () -> tokenizer.tokens(question, false),
                () -> tokenizer.tokens(answers, false));
        for (ThrowingCallable call : calls) {
          assertThatThrownBy(call)
              .isInstanceOf(FlexoraException.class)
              .hasMessageContainingAll(
                  "token 96 ('<beyond>') of " + file, "96 rows", model.toString());
        }
        assertThatThrownBy(() -> tokenizer.tokens(answers, false))
            .hasMessageStartingWith("row r:2");
      }
    }
  }
}
