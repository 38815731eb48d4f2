package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** A small tokenizer of our own, with what transformers and lm-evaluation-harness make of texts. */
record Fixture(Path folder) {

  /** Byte-level BPE without a token of beginning, ChatML template. */
  static final String BYTES = "bytes";

  /** SentencePiece BPE with byte fallback and a token of beginning, Llama 2's template. */
  static final String PIECES = "pieces";

  static Fixture of(String name) {
    try {
      return new Fixture(Path.of(Fixture.class.getResource(name).toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  TokenizerFiles files() {
    return TokenizerFiles.beside(folder.resolve("tokenizer.json"));
  }

  DecoderTokenizer open() {
    return open(new TokenizerSettings(10_000, Bos.AUTO, Optional.empty()));
  }

  DecoderTokenizer open(TokenizerSettings settings) {
    try {
      return DecoderTokenizer.open(files(), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the Python libraries make of the cases of a kind. */
  JsonNode expected(String kind) {
    return read("expected.json").path(kind);
  }

  /** The content of a file of the folder. */
  JsonNode read(String name) {
    try {
      return new ObjectMapper().readTree(folder.resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int[] ids(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }
}
