package io.flexora.experiment.use;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.input.TextTokenizer;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.use.GenerationRequest.PromptForm;
import java.util.List;

/**
 * The tokens of a prompt.
 *
 * @param ids the tokens
 * @param chat whether they are those of a conversation
 */
// Token ids are bulk data; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record PromptTokens(int[] ids, boolean chat) {

  /**
   * Makes the tokens.
   *
   * @throws FlexoraException if the prompt has none, or the model does not know conversations
   */
  static PromptTokens of(GenerationRequest request, TextTokenizer tokenizer) {
    List<Message> messages = request.messages();
    boolean chat =
        request.form() == PromptForm.CHAT
            || (request.form() == PromptForm.AUTO && tokenizer.hasChatTemplate());
    if (request.form() == PromptForm.CHAT && !tokenizer.hasChatTemplate()) {
      throw new FlexoraException(
          "the model has no chat template; continue a plain text instead (--plain)");
    }
    if (!chat && messages.stream().anyMatch(message -> message.role() == Role.SYSTEM)) {
      throw new FlexoraException(
          "a system message belongs to a conversation, but the prompt is a plain text"
              + noTemplate(tokenizer));
    }
    if (!chat && messages.size() > 1) {
      throw new FlexoraException(
          "%d turns are a conversation, but the prompt is a plain text%s"
              .formatted(messages.size(), noTemplate(tokenizer)));
    }
    if (messages.isEmpty() || (chat && messages.get(messages.size() - 1).content().isBlank())) {
      throw empty();
    }
    int[] ids = chat ? tokenizer.prompt(messages) : tokenizer.prompt(messages.get(0).content());
    if (ids.length == 0) {
      throw empty();
    }
    return new PromptTokens(ids, chat);
  }

  private static String noTemplate(TextTokenizer tokenizer) {
    return tokenizer.hasChatTemplate() ? "" : ", as the model has no chat template";
  }

  private static FlexoraException empty() {
    return new FlexoraException("the prompt is empty; write a text to continue");
  }
}
