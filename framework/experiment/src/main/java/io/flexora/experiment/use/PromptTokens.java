package io.flexora.experiment.use;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.input.TextTokenizer;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.use.GenerationRequest.PromptForm;
import java.util.ArrayList;
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
    boolean chat =
        request.form() == PromptForm.CHAT
            || (request.form() == PromptForm.AUTO && tokenizer.hasChatTemplate());
    if (request.form() == PromptForm.CHAT && !tokenizer.hasChatTemplate()) {
      throw new FlexoraException(
          "the model has no chat template; continue a plain text instead (--plain)");
    }
    if (!chat && request.system().isPresent()) {
      throw new FlexoraException(
          "a system message belongs to a conversation, but the prompt is a plain text"
              + (tokenizer.hasChatTemplate() ? "" : ", as the model has no chat template"));
    }
    if (chat && request.prompt().isBlank()) {
      throw empty();
    }
    int[] ids = chat ? tokenizer.prompt(messages(request)) : tokenizer.prompt(request.prompt());
    if (ids.length == 0) {
      throw empty();
    }
    return new PromptTokens(ids, chat);
  }

  private static FlexoraException empty() {
    return new FlexoraException("the prompt is empty; write a text to continue");
  }

  private static List<Message> messages(GenerationRequest request) {
    List<Message> messages = new ArrayList<>();
    request.system().ifPresent(text -> messages.add(new Message(Role.SYSTEM, text)));
    messages.add(new Message(Role.USER, request.prompt()));
    return messages;
  }
}
