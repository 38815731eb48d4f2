package io.flexora.transformers.token;

import io.flexora.api.data.Message;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.jinja.JinjaTemplate;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.dialect.Rendered;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A chat template, given the variables that transformers gives to it.
 *
 * @param template the template
 * @param named the texts of special tokens by name
 * @param ours whether it is one of those that Flexora has by name. They write no token of
 *     beginning: it is put in front as it is in front of other texts
 */
record ChatTemplate(JinjaTemplate template, Map<String, Object> named, boolean ours) {
  private static final List<String> OURS = List.of("chatml", "alpaca");

  /** The same day in every run: a date that moves would change what a run that goes on learns. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-07-26T00:00:00Z"), ZoneOffset.UTC);

  /**
   * Reads the template of the settings, or the model's own.
   *
   * @throws FlexoraException if it is malformed, or needs tokens that the model does not have
   */
  static Optional<ChatTemplate> of(TokenizerDefinition definition, TokenizerSettings settings) {
    if (settings.chatTemplate().filter(OURS::contains).isPresent()) {
      return Optional.of(ours(settings.chatTemplate().get(), definition));
    }
    return settings
        .chatTemplate()
        .or(definition::chatTemplate)
        .map(text -> new ChatTemplate(parse(text), definition.named(), false));
  }

  private static JinjaTemplate parse(String text) {
    return JinjaTemplate.parse(text, JinjaOptions.forChat(CLOCK));
  }

  private static ChatTemplate ours(String name, TokenizerDefinition definition) {
    boolean fits =
        name.equals("alpaca")
            ? definition.eos().isPresent()
            : definition.json().added("<|im_start|>") && definition.json().added("<|im_end|>");
    if (!fits) {
      throw new IncompatibleOptionException(
          "chat_template",
          ("chat_template: %s needs %s, which %s does not have. Take %s, or write a"
                  + " template in Jinja")
              .formatted(
                  name,
                  name.equals("alpaca")
                      ? "a token of end (eos_token)"
                      : "the special tokens <|im_start|> and <|im_end|>",
                  definition.origin(),
                  name.equals("alpaca") ? "chatml" : "alpaca"));
    }
    try (InputStream in = ChatTemplate.class.getResourceAsStream(name + ".jinja")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new ChatTemplate(parse(text), definition.named(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text of a conversation.
   *
   * @param answerNext whether the assistant's header is to stand at the end
   * @throws FlexoraException if the template refuses the conversation
   */
  String render(List<Message> messages, boolean answerNext) {
    return rendered(messages, answerNext).text();
  }

  /**
   * The text of a conversation, with what the template marks as said by the assistant.
   *
   * @param answerNext whether the assistant's header is to stand at the end
   * @throws FlexoraException if the template refuses the conversation
   */
  Rendered rendered(List<Message> messages, boolean answerNext) {
    Map<String, Object> variables = new HashMap<>(named);
    variables.put("tools", null);
    variables.put("documents", null);
    variables.put("add_generation_prompt", answerNext);
    variables.put("messages", messages.stream().map(ChatTemplate::message).toList());
    return template.rendered(variables);
  }

  private static Map<String, Object> message(Message message) {
    return Map.of(
        "role", message.role().name().toLowerCase(Locale.ROOT), "content", message.content());
  }
}
