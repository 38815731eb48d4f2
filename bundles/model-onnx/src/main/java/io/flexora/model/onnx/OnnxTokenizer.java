package io.flexora.model.onnx;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.flexora.api.data.Example;
import io.flexora.api.model.Tokenizer;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The tokenizer that a {@code tokenizer.json} describes. */
final class OnnxTokenizer implements Tokenizer {
  private static final String SUFFIX = ".onnx";
  private final HuggingFaceTokenizer tokenizer;
  private final int maxTokens;

  private OnnxTokenizer(HuggingFaceTokenizer tokenizer, int maxTokens) {
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /** Opens the tokenizer that the options name, or the one next to the model. */
  static OnnxTokenizer open(OnnxOptions options, Sources sources) throws IOException {
    Path file =
        options.tokenizer().isPresent()
            ? sources.fetch(options.tokenizer().get())
            : nextTo(options.source(), sources);
    Map<String, String> settings =
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");
    try {
      return HostLoader.with(
          () ->
              new OnnxTokenizer(
                  HuggingFaceTokenizer.newInstance(file, settings), options.maxTokens()));
    } catch (RuntimeException e) {
      throw new FlexoraException(file + " is not a tokenizer: " + e.getMessage(), e);
    }
  }

  private static Path nextTo(String source, Sources sources) {
    String model =
        source.endsWith(SUFFIX) ? source.substring(0, source.length() - SUFFIX.length()) : source;
    int folder = Math.max(source.lastIndexOf('/'), source.lastIndexOf(':')) + 1;
    List<String> candidates =
        List.of(model + "-tokenizer.json", source.substring(0, folder) + "tokenizer.json");
    FlexoraException refusal =
        new FlexoraException(
            "no tokenizer was found next to the model: %s are not there; write its location as"
                    .formatted(candidates)
                + " 'tokenizer'");
    for (String candidate : candidates) {
      try {
        return sources.fetch(candidate);
      } catch (IOException e) {
        refusal.addSuppressed(e);
      }
    }
    throw refusal;
  }

  @Override
  public Tokens tokens(Example example, boolean classes) {
    long[] ids = tokenizer.encode(example.prompt()).getIds();
    int[] all = Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    int[] kept = Arrays.copyOf(all, Math.min(all.length, maxTokens));
    // The special token at the end stays when the text before it is cut.
    kept[kept.length - 1] = all[all.length - 1];
    return new Tokens(example, kept, List.of(), all.length - kept.length);
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
