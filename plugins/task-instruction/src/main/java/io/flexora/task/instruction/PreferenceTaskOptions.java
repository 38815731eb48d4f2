package io.flexora.task.instruction;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@link PreferenceTask}. */
public record PreferenceTaskOptions(
    @Option(
            doc =
                "How a row is shown to the model: text (the prompt as it is, the answers behind it),"
                    + " chat (in the model's chat template, a prompt that is a text as the user's"
                    + " turn), or auto: text where prompt and answers are texts, chat elsewhere.",
            byDefault = "auto")
        RowForm form,
    @Option(
            doc = "The field of the preferred answer: a text, a turn, or a list of turns.",
            byDefault = "chosen")
        String chosen,
    @Option(doc = "The field of the other answer, in the same form.", byDefault = "rejected")
        String rejected,
    @Option(
            doc =
                "The field of the prompt, a text or a list of turns. Without it, rows need"
                    + " an instruction, conversations, or the prompt at the start of both"
                    + " answers.",
            byDefault = "prompt")
        String prompt,
    @Option(
            doc =
                "What stands between a prompt and an answer where both are texts, such as a space; it"
                    + " belongs to the answer. Default: nothing.")
        Optional<String> delimiter,
    @Option(doc = "A text that the system says at the beginning where a row has none of its own.")
        Optional<String> system) {

  /** The form of a row. */
  public enum RowForm {
    /** By the fields of each row. */
    AUTO,
    /** Prompt and answer behind each other. */
    TEXT,
    /** By the chat template. */
    CHAT
  }
}
