package io.flexora.transformers.token;

import io.flexora.api.data.Example;
import io.flexora.api.data.RowException;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokenizer of an encoder, as its {@code tokenizer.json} describes it: a text with the special
 * tokens around it, or a pair of texts with those around and between them.
 *
 * @since 0.1
 */
public final class EncoderTokenizer implements Tokenizer {

  private static final String SUFFIX = ".onnx";

  private final NativeTokenizer tokenizer;
  private final int maxTokens;
  private final int behind;

  private EncoderTokenizer(NativeTokenizer tokenizer, int maxTokens) {
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
    this.behind = tokenizer.tokensBehind();
  }

  /**
   * Opens the tokenizer that the options name, or the one next to the model.
   *
   * @param model the location of the model's file, or of its folder with a slash at the end
   * @throws IOException if the file cannot be read
   * @throws FlexoraException if there is none, or it describes no tokenizer
   */
  public static EncoderTokenizer open(TextOptions options, String model, Sources sources)
      throws IOException {
    NativeTokenizer tokenizer =
        options.tokenizer().isPresent()
            ? IncompatibleOptionException.reading("tokenizer", () -> read(options, model, sources))
            : read(options, model, sources);
    try {
      return new EncoderTokenizer(tokenizer, options.maxTokens());
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static NativeTokenizer read(TextOptions options, String model, Sources sources)
      throws IOException {
    return NativeTokenizer.open(TokenizerJson.read(file(options, model, sources)));
  }

  /**
   * Finds the {@code tokenizer.json} that the options name, or the one next to the model.
   *
   * @param model the location of the model's file, or of its folder with a slash at the end
   * @throws IOException if it cannot be fetched
   * @throws FlexoraException if there is none
   */
  public static Path file(TextOptions options, String model, Sources sources) throws IOException {
    return options.tokenizer().isPresent()
        ? sources.fetch(options.tokenizer().get())
        : nextTo(model, sources);
  }

  private static Path nextTo(String model, Sources sources) {
    int end = model.length() - (model.endsWith(SUFFIX) ? SUFFIX.length() : 0);
    int folder = Math.max(model.lastIndexOf('/'), model.lastIndexOf(':')) + 1;
    String inFolder = model.substring(0, folder) + "tokenizer.json";
    List<String> candidates =
        folder == model.length()
            ? List.of(inFolder)
            : List.of(model.substring(0, end) + "-tokenizer.json", inFolder);
    FlexoraException refusal =
        new IncompatibleOptionException(
            "tokenizer",
            "no tokenizer was found next to the model: there is "
                + (candidates.size() > 1 ? "neither " : "no ")
                + String.join(" nor ", candidates)
                + ". Write where it is into the model's option tokenizer");
    for (String candidate : candidates) {
      try {
        return sources.fetch(candidate);
      } catch (RegularFile.NotAFileException e) {
        throw new FlexoraException(e.getMessage(), e);
      } catch (IOException e) {
        refusal.addSuppressed(e);
      }
    }
    throw refusal;
  }

  /**
   * {@inheritDoc}
   *
   * @throws FlexoraException if the text has no tokens, or what may be read of it at once has fewer
   *     than are kept; the message has the example's id
   */
  @Override
  public Tokens tokens(Example example, Head head) {
    try {
      if (example.second().isPresent()) {
        return pair(example, head);
      }
      List<Tokens.Text> texts = new ArrayList<>();
      int cut = 0;
      List<String> read = head.isPresent() ? head.texts(example) : List.of(example.prompt());
      List<List<Head.Word>> words =
          head.input() == Head.Input.WORDS ? head.readWords(example) : List.of();
      for (int i = 0; i < read.size(); i++) {
        int[] all = ids(read.get(i));
        int[] kept = truncated(all);
        cut += all.length - kept.length;
        texts.add(
            new Tokens.Text(
                kept,
                words.isEmpty()
                    ? new int[0]
                    : words(tokenizer.beginning(read.get(i)), words.get(i), kept.length)));
      }
      return new Tokens(example, texts, List.of(), cut);
    } catch (FlexoraException e) {
      throw new RowException(example.id(), "row %s: %s".formatted(example.id(), e.getMessage()), e);
    }
  }

  private Tokens pair(Example example, Head head) {
    if (head.input() == Head.Input.WORDS || head.texts(example).size() != 1) {
      throw new FlexoraException(
          "the head '%s' reads no pairs of texts; leave the second text out"
              .formatted(head.kind()));
    }
    NativeTokenizer.Pair pair =
        tokenizer.pair(example.prompt(), example.second().orElseThrow(), maxTokens);
    Tokens.Text text = new Tokens.Text(pair.ids(), new int[0], pair.second());
    return new Tokens(example, List.of(text), List.of(), pair.cut());
  }

  /** The tokens of a text; of one that is too long to be read at once, more than are kept. */
  private int[] ids(String text) {
    String beginning = tokenizer.beginning(text);
    int[] ids = tokenizer.withSpecialTokens(beginning);
    if (beginning.length() < text.length() && ids.length <= maxTokens) {
      // What follows would be kept, too, so that the text is refused.
      return tokenizer.withSpecialTokens(text);
    }
    return ids;
  }

  private int[] words(String text, List<Head.Word> words, int kept) {
    return tokenizer.encode(text).words(words, tokenizer.ownPrefix().length, kept - behind);
  }

  private int[] truncated(int[] all) {
    if (all.length == 0) {
      throw new FlexoraException("its text has no tokens. Write a text there, or remove the row");
    }
    int[] kept = Arrays.copyOf(all, Math.min(all.length, maxTokens));
    // Special tokens at the end stay when the text before them is cut.
    int end = Math.min(behind, kept.length);
    System.arraycopy(all, all.length - end, kept, kept.length - end, end);
    return kept;
  }

  @Override
  public List<String> texts(int[] ids) {
    return Arrays.stream(ids).mapToObj(tokenizer::token).toList();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
