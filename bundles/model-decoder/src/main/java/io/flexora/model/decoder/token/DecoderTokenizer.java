package io.flexora.model.decoder.token;

import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.model.TextTokenizer;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The tokenizer of a decoder. Safe to use from several threads. */
public final class DecoderTokenizer implements TextTokenizer {
  private final NativeTokenizer tokenizer;
  private final TokenizerDefinition definition;
  private final TextEncoder encoder;
  private final QuestionTokens questions;

  private DecoderTokenizer(
      NativeTokenizer tokenizer, TokenizerDefinition definition, TokenizerSettings settings) {
    this.tokenizer = tokenizer;
    this.definition = definition;
    this.encoder = new TextEncoder(tokenizer, definition, settings.bos());
    this.questions = new QuestionTokens(encoder, settings.maxTokens());
  }

  /**
   * Opens a tokenizer in Hugging Face form.
   *
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a file is not what it should be, or lacks what the settings ask for
   */
  public static DecoderTokenizer open(TokenizerFiles files, TokenizerSettings settings)
      throws IOException {
    return open(CheckpointFiles.read(files), settings);
  }

  private static DecoderTokenizer open(TokenizerDefinition definition, TokenizerSettings settings) {
    NativeTokenizer tokenizer =
        NativeTokenizer.open(definition.json().bytes(), definition.origin());
    try {
      return new DecoderTokenizer(tokenizer, definition, settings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public Tokens tokens(Example example, boolean classes) {
    if (classes) {
      throw new FlexoraException(
          "a decoder has no head for classes; it judges answers by their likelihood. Take a task whose choices are texts, such as multiple_choice, or an encoder");
    }
    return questions.tokens(example);
  }

  @Override
  public int[] prompt(String text) {
    return encoder.ids(text);
  }

  @Override
  public boolean hasChatTemplate() {
    return false;
  }

  @Override
  public int[] prompt(List<Message> conversation) {
    throw new FlexoraException(
        definition.origin() + " has no chat template. Say chat_template: chatml or alpaca");
  }

  @Override
  public String text(int[] ids) {
    return tokenizer.text(ids);
  }

  @Override
  public Set<Integer> ends() {
    return definition.ends();
  }

  @Override
  public List<String> texts(int[] ids) {
    return Arrays.stream(ids).mapToObj(id -> tokenizer.text(new int[] {id})).toList();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
