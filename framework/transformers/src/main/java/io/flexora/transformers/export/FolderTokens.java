package io.flexora.transformers.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufValueType;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.transformers.token.Bos;
import io.flexora.transformers.token.DecoderTokenizer;
import io.flexora.transformers.token.TokenizerFiles;
import io.flexora.transformers.token.TokenizerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts the tokenizer of a folder into the metadata of a GGUF file. A file names how a text is cut
 * into words instead of saying it; the name is found by trying which gives the same tokens for
 * texts in which the ways differ.
 */
final class FolderTokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> CUTS =
      List.of(
          "llama-bpe",
          "qwen2",
          "smollm",
          "gpt-2",
          "tekken",
          "gpt-4o",
          "dbrx",
          "deepseek-r1-qwen",
          "deepseek-v3",
          "deepseek-llm",
          "deepseek-coder",
          "default");
  private static final List<String> TEXTS =
      List.of(
          "Hello, World! It's 3 o'clock; 12345678 apples cost $1,234.56.",
          "  two spaces,\ttabs\t\t and\n\n\nlines  \n  end   ",
          "I'm you'RE we'Ve THEY'LL he'd CamelCaseWord HTTPServer2 x2y3 snake_case_name",
          "caf\u00e9 cafe\u0301 na\u00efve \u00c5ngstr\u00f6m \u041f\u0440\u0438\u0432\u0435\u0442"
              + " \u4f60\u597d\u4e16\u754c\u3002 \u3053\u3093\u306b\u3061\u306f \u0e2a\u0e27\u0e31",
          "emoji \ud83d\ude80\ud83d\udc69\u200d\ud83d\udcbb (brackets) [x+=1] {a: 'b'} <|x|> #tag"
              + " @me a/b\\c ~`^|",
          "for (int i = 0; i < 10; i++) {\n\treturn a[i] == 0x1F ? \"yes\" : 'no';\n}\n",
          "1 22 333 4444 55555 \u0663\u0664 \u00bd \u2167 x\u00b2");

  private final Path folder;
  private final int rows;
  private final TokenizerSettings settings;
  private final GgufMetadataBuilder metadata;

  private FolderTokens(Path folder, int vocabulary, GgufMetadataBuilder metadata) {
    this.folder = folder;
    this.rows = vocabulary;
    this.settings =
        new TokenizerSettings(
            1 << 20,
            Bos.AUTO,
            Optional.empty(),
            Optional.of(new TokenizerSettings.Embedding(vocabulary, folder.toString())));
    this.metadata = metadata;
  }

  static void put(Path folder, int vocabulary, GgufMetadataBuilder metadata) throws IOException {
    new FolderTokens(folder, vocabulary, metadata).put();
  }

  private void put() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    if (Files.notExists(file)) {
      throw new FlexoraException(
          folder
              + " has no tokenizer.json, which a GGUF file has to say; put it there, or export to"
              + " safetensors");
    }
    TokenizerFiles files = TokenizerFiles.beside(file);
    Vocabulary vocabulary = new Vocabulary(file, JSON.readTree(RegularFile.bytes(file)), rows);
    vocabulary.put(metadata);
    try (DecoderTokenizer tokenizer = DecoderTokenizer.open(files, settings)) {
      roles(vocabulary, read(files.model()), tokenizer);
      cut(vocabulary, tokenizer);
    }
  }

  /** Which tokens begin, end and pad a text, whether it begins with one, and the chat template. */
  private void roles(Vocabulary vocabulary, JsonNode model, DecoderTokenizer tokenizer) {
    Function<String, Optional<Integer>> ids =
        role -> vocabulary.id(tokenizer.special(role + "_token"), model.path(role + "_token_id"));
    Optional<Integer> bos = ids.apply("bos");
    Optional<Integer> eos = ids.apply("eos");
    role("bos", bos);
    role("eos", eos);
    role("unknown", ids.apply("unk"));
    role("padding", ids.apply("pad"));
    otherEnd(eos, tokenizer);
    int[] begun = tokenizer.prompt("a");
    boolean begins = bos.filter(id -> begun.length > 0 && begun[0] == id).isPresent();
    metadata.putBoolean("tokenizer.ggml.add_bos_token", begins);
    tokenizer
        .ownChatTemplate()
        .ifPresent(template -> metadata.putString("tokenizer.chat_template", template));
  }

  /** A file names one token that ends a text and one that ends a turn. */
  private void otherEnd(Optional<Integer> eos, DecoderTokenizer tokenizer) {
    tokenizer.stopTokens().stream()
        .filter(end -> !eos.filter(end::equals).isPresent())
        .min(Integer::compare)
        .ifPresent(end -> role("eot", Optional.of(end)));
  }

  private void role(String name, Optional<Integer> token) {
    token.ifPresent(
        id -> metadata.putNumber("tokenizer.ggml." + name + "_token_id", GgufValueType.UINT32, id));
  }

  private static JsonNode read(Optional<Path> file) throws IOException {
    return file.isPresent()
        ? JSON.readTree(RegularFile.bytes(file.get()))
        : JSON.createObjectNode();
  }

  private void cut(Vocabulary vocabulary, DecoderTokenizer tokenizer) throws IOException {
    List<String> cuts = vocabulary.sentencePiece() ? List.of("default") : CUTS;
    // llama.cpp puts a space in front of a text that begins with one, too, whatever a file says.
    List<String> texts =
        vocabulary.sparesLeadingSpace() ? TEXTS.stream().map(String::stripLeading).toList() : TEXTS;
    for (String cut : cuts) {
      metadata.putString("tokenizer.ggml.pre", cut);
      if (same(tokenizer, texts)) {
        return;
      }
    }
    throw new FlexoraException(
        folder.resolve("tokenizer.json")
            + " cuts texts in a way that no name of llama.cpp's stands for; export to safetensors");
  }

  /** Whether a file with this metadata has the same tokens for all texts. */
  private boolean same(DecoderTokenizer tokenizer, List<String> texts) throws IOException {
    Path probe = Files.createTempFile("tokenizer", ".gguf");
    try {
      GgufMetadata all = metadata.build();
      GgufWriter.write(probe, all, List.of());
      try (GgufFile file = GgufFile.open(probe);
          DecoderTokenizer other = DecoderTokenizer.open(file, settings)) {
        return texts.stream()
            .allMatch(text -> Arrays.equals(tokenizer.prompt(text), other.prompt(text)));
      }
    } finally {
      Files.deleteIfExists(probe);
    }
  }
}
