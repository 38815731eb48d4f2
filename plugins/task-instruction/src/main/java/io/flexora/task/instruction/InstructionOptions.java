package io.flexora.task.instruction;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@link InstructionTask}. */
public record InstructionOptions(
    @Option(
            doc =
                "The form of the rows: alpaca (instruction, input, output), sharegpt (conversations"
                    + " of from and value), messages (messages of role and content), or auto: by"
                    + " the fields of each row.",
            byDefault = "auto")
        RowFormat format,
    @Option(doc = "A text that the system says at the beginning where a row has none of its own.")
        Optional<String> system,
    @Option(
            doc =
                "The field of a row's own system text, for a conversation without a turn of the"
                    + " system.",
            byDefault = "system")
        String systemField,
    @Option(
            doc = "The field of the instruction, alpaca form.",
            byDefault = "instruction",
            aliases = "prompt")
        String instruction,
    @Option(
            doc = "The field of what the instruction is about, which may be empty, alpaca form.",
            byDefault = "input",
            aliases = "query")
        String input,
    @Option(
            doc = "The field of the answer, alpaca form.",
            byDefault = "output",
            aliases = "response")
        String output,
    @Option(
            doc = "The field of earlier questions and answers in pairs, alpaca form.",
            byDefault = "history")
        String history,
    @Option(
            doc =
                "The field of the list of turns. Where it is not written: conversations in sharegpt"
                    + " form, messages in messages form.")
        Optional<String> turns,
    @Option(
            doc =
                "Field of a turn with its role: system; human or user; gpt or assistant."
                    + " Default: from in sharegpt form, role in messages form.",
            aliases = "role_tag")
        Optional<String> role,
    @Option(
            doc =
                "Field of a turn with its content. Default: value in sharegpt form, content in"
                    + " messages form.",
            aliases = "content_tag")
        Optional<String> content) {

  /** The form of rows. */
  public enum RowFormat {
    /** By the fields of each row. */
    AUTO,
    /** An instruction with an output. */
    ALPACA,
    /** Turns with {@code from} and {@code value}. */
    SHAREGPT,
    /** Turns with {@code role} and {@code content}. */
    MESSAGES
  }
}
