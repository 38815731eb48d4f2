package io.flexora.model.encoder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.flexora.api.data.Example;
import io.flexora.api.model.Tokenizer;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The tokenizer of an encoder, as its {@code tokenizer.json} describes it. */
final class EncoderTokenizer implements Tokenizer {
  private final HuggingFaceTokenizer tokenizer;
  private final int maxTokens;

  private EncoderTokenizer(HuggingFaceTokenizer tokenizer, int maxTokens) {
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  static EncoderTokenizer open(Path file, int maxTokens) throws IOException {
    Map<String, String> options =
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // The native library is looked for through the context class loader.
    thread.setContextClassLoader(HuggingFaceTokenizer.class.getClassLoader());
    try {
      return new EncoderTokenizer(HuggingFaceTokenizer.newInstance(file, options), maxTokens);
    } catch (RuntimeException e) {
      throw new FlexoraException(
          file
              + " is not a tokenizer: "
              + e.getMessage()
              + ". Take the tokenizer.json that was published with the model",
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public Tokens tokens(Example example, boolean classes) {
    long[] ids = tokenizer.encode(example.prompt()).getIds();
    int[] all = Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    int cut = Math.max(0, all.length - maxTokens);
    return new Tokens(example, cut(all), List.of(), cut);
  }

  /** Cuts the end of the text, but not the special token that follows it. */
  private int[] cut(int[] ids) {
    if (ids.length <= maxTokens) {
      return ids;
    }
    int[] kept = Arrays.copyOf(ids, maxTokens);
    kept[maxTokens - 1] = ids[ids.length - 1];
    return kept;
  }

  @Override
  public List<String> texts(int[] ids) {
    return Arrays.stream(ids).mapToObj(id -> tokenizer.decode(new long[] {id}, false)).toList();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
