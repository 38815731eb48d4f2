package io.flexora.jinja.dialect;

import java.time.Clock;
import java.time.ZoneId;

/**
 * The dialect of a template: its whitespace, its strictness and its functions.
 *
 * @param name what messages call the template, such as {@code doc_to_text}
 * @param trimBlocks whether the newline after a block tag or a comment is removed
 * @param lstripBlocks whether spaces in front of a block tag or a comment that begins a line are
 *     removed
 * @param keepTrailingNewline whether the newline at the end of the template is kept
 * @param strict whether any use of an undefined variable is refused; otherwise it prints as nothing
 *     and is false
 * @param chat whether the template has what transformers adds for chats: {@code raise_exception},
 *     {@code strftime_now}, {@code break} and {@code continue}, {@code generation} blocks and a
 *     {@code tojson} that escapes no HTML; otherwise it has {@code regex_replace}, as prompts of
 *     lm-evaluation-harness do
 * @param clock the time that {@code strftime_now} tells
 * @since 0.1
 */
public record JinjaOptions(
    String name,
    boolean trimBlocks,
    boolean lstripBlocks,
    boolean keepTrailingNewline,
    boolean strict,
    boolean chat,
    Clock clock) {

  /** As lm-evaluation-harness renders the templates of its task files. */
  public static JinjaOptions forPrompt(String name) {
    return new JinjaOptions(
        name, false, false, true, true, false, Clock.system(ZoneId.systemDefault()));
  }

  /** As transformers renders the chat templates of models. */
  public static JinjaOptions forChat() {
    return forChat(Clock.system(ZoneId.systemDefault()));
  }

  /** The same with a clock of the caller's, so that a date in a prompt can be repeated. */
  public static JinjaOptions forChat(Clock clock) {
    return new JinjaOptions("the chat template", true, true, false, false, true, clock);
  }
}
