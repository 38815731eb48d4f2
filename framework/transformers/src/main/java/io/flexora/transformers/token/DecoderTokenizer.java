package io.flexora.transformers.token;

import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.RowException;
import io.flexora.api.head.Head;
import io.flexora.api.input.TextTokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.formats.gguf.GgufFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The tokenizer of a decoder. Safe to use from several threads.
 *
 * @since 0.1
 */
public final class DecoderTokenizer implements TextTokenizer {
  private final String origin;
  private final NativeTokenizer tokenizer;
  private final Optional<SpecialToken> bos;
  private final Map<String, Object> named;
  private final Optional<String> ownChatTemplate;
  private final TextEncoder encoder;
  private final int maxTokens;
  private final QuestionTokens questions;
  private final Optional<ChatEncoder> chat;
  private final Optional<ConversationTokens> conversations;
  private final TokenTexts texts;
  private final Set<Integer> ends;
  private final Optional<TokenizerSettings.Embedding> embedding;

  private DecoderTokenizer(
      NativeTokenizer tokenizer, TokenizerDefinition definition, TokenizerSettings settings) {
    this.origin = definition.origin();
    this.tokenizer = tokenizer;
    this.bos = definition.bos();
    this.named = definition.named();
    this.ownChatTemplate = definition.chatTemplate();
    this.embedding = settings.embedding();
    this.encoder = new TextEncoder(tokenizer, definition, settings.bos());
    this.maxTokens = settings.maxTokens();
    this.questions = new QuestionTokens(encoder, maxTokens);
    this.chat =
        ChatTemplate.of(definition, settings).map(template -> chat(template, definition, settings));
    this.conversations = chat.map(c -> new ConversationTokens(c, settings.maxTokens()));
    this.texts = new TokenTexts(definition.json());
    this.ends = ends(definition);
  }

  private ChatEncoder chat(
      ChatTemplate template, TokenizerDefinition definition, TokenizerSettings settings) {
    return new ChatEncoder(
        tokenizer,
        encoder,
        template,
        definition.json().specialTexts(),
        template.ours() || settings.bos() == Bos.YES);
  }

  private Set<Integer> ends(TokenizerDefinition definition) {
    Set<Integer> all = new TreeSet<>(definition.ends());
    chat.ifPresent(c -> c.endOfTurn(definition.json().special()).ifPresent(all::add));
    all.removeIf(id -> id < 0 || isBeyondEmbedding(id));
    return Set.copyOf(all);
  }

  private boolean isBeyondEmbedding(int id) {
    return embedding.filter(e -> id >= e.rows()).isPresent();
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

  /**
   * Opens the tokenizer of a GGUF file. The file may be closed afterwards.
   *
   * @throws FlexoraException if the file has none, has one of a kind that is not known, or lacks
   *     what the settings ask for
   */
  public static DecoderTokenizer open(GgufFile gguf, TokenizerSettings settings) {
    return open(GgufTokenizer.read(gguf), settings);
  }

  private static DecoderTokenizer open(TokenizerDefinition definition, TokenizerSettings settings) {
    NativeTokenizer tokenizer = NativeTokenizer.open(definition.json());
    try {
      return new DecoderTokenizer(tokenizer, definition, settings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>A question's answers begin where lm-evaluation-harness has them begin; a prompt that is too
   * long loses its first tokens, but not the token of beginning. In a conversation all turns of the
   * assistant are answers, with the token that ends them; one that is too long loses its oldest
   * exchanges, then the beginning of the last question.
   *
   * @throws FlexoraException also if a token is not one of the model's
   */
  @Override
  public Tokens tokens(Example example, Head head) {
    if (!head.classes().isEmpty()) {
      throw new FlexoraException(
          "a decoder has no head for classes; it judges answers by their likelihood. Take"
              + " a task whose choices are texts, such as multiple_choice, or an encoder");
    }
    if (example.second().isPresent()) {
      throw new FlexoraException(
          "a decoder reads one text, not a pair; put both into one by a template such as"
              + " text: \"{text} {text_pair}\", or take an encoder");
    }
    if (head.isPresent()) {
      return whole(example, head);
    }
    Function<Example, Tokens> encoding =
        example.messages().isEmpty()
            ? questions::tokens
            : conversations.orElseThrow(this::noTemplate)::tokens;
    try {
      Tokens tokens = encoding.apply(example);
      embedded(tokens.ids());
      tokens.choices().forEach(choice -> embedded(choice.ids()));
      return tokens;
    } catch (FlexoraException e) {
      throw new RowException(example.id(), "row %s: %s".formatted(example.id(), e.getMessage()), e);
    }
  }

  /** The texts that a head reads, from their beginning as far as the model takes them. */
  private Tokens whole(Example example, Head head) {
    List<Tokens.Text> read = new ArrayList<>();
    int cut = 0;
    List<String> texts = head.texts(example);
    List<List<Head.Word>> words =
        head.input() == Head.Input.WORDS ? head.readWords(example) : List.of();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      int[] all = embedded(example, encoder.ids(text));
      if (all.length == 0) {
        throw new RowException(
            example.id(),
            "row %s: its text has no tokens. Write a text there, or remove the row"
                .formatted(example.id()));
      }
      int[] kept = Arrays.copyOf(all, Math.min(all.length, maxTokens));
      cut += all.length - kept.length;
      int[] first =
          words.isEmpty()
              ? new int[0]
              : tokenizer
                  .encode(text)
                  .words(words.get(i), encoder.prefixOf(text).length, kept.length);
      read.add(new Tokens.Text(kept, first));
    }
    return new Tokens(example, read, List.of(), cut);
  }

  /** Refuses a token that the model has no vector for. */
  private int[] embedded(Example example, int[] ids) {
    try {
      return embedded(ids);
    } catch (FlexoraException e) {
      throw new RowException(example.id(), "row %s: %s".formatted(example.id(), e.getMessage()), e);
    }
  }

  private int[] embedded(int[] ids) {
    for (int id : ids) {
      if (isBeyondEmbedding(id)) {
        throw new FlexoraException(
            ("token %d ('%s') of %s is not one of the model's: the embedding of %s has %d rows."
                    + " Take the tokenizer that was published with the model, or a model with a"
                    + " row for each of its tokens")
                .formatted(
                    id, texts.text(id), origin, embedding.get().model(), embedding.get().rows()));
      }
    }
    return ids;
  }

  @Override
  public int[] prompt(String text) {
    return embedded(encoder.ids(text));
  }

  @Override
  public boolean hasChatTemplate() {
    return chat.isPresent();
  }

  /** The model's own chat template as its files have it, whatever the settings say. */
  public Optional<String> ownChatTemplate() {
    return ownChatTemplate;
  }

  /**
   * The text of a special token as the model's files name it.
   *
   * @param name the name, such as {@code bos_token}
   */
  public Optional<String> special(String name) {
    return Optional.ofNullable(named.get(name)).map(String.class::cast);
  }

  @Override
  public int[] prompt(List<Message> conversation) {
    return embedded(chat.orElseThrow(this::noTemplate).prompt(conversation));
  }

  private FlexoraException noTemplate() {
    return new IncompatibleOptionException(
        "chat_template",
        origin
            + " has no chat template. Say chat_template: alpaca, or chatml if the model has"
            + " its tokens, or write a template in Jinja");
  }

  /**
   * {@inheritDoc}
   *
   * <p>Ids that do not begin with the token of beginning go on from others: the space in front of
   * their first word is kept, so that texts of parts make the text of the whole.
   */
  @Override
  public String text(int[] ids) {
    boolean begins = ids.length > 0 && bos.filter(token -> token.id() == ids[0]).isPresent();
    return begins ? tokenizer.text(ids) : tokenizer.goingOn(ids);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A token that the model has no vector for is not among them.
   */
  @Override
  public Set<Integer> stopTokens() {
    return ends;
  }

  @Override
  public List<String> texts(int[] ids) {
    return Arrays.stream(ids).mapToObj(texts::text).toList();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
