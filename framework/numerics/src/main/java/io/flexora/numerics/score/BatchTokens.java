package io.flexora.numerics.score;

import io.flexora.api.input.Tokens;

/** The tokens of a batch whose examples have their shared tokens once, then each choice's own. */
record BatchTokens(long examples, long shared, long choices, long choice) {

  static final BatchTokens NONE = new BatchTokens(0, 0, 0, 0);

  BatchTokens with(Tokens tokens) {
    return new BatchTokens(
        examples + 1,
        Math.max(shared, tokens.ids().length),
        choices + tokens.choices().size(),
        Math.max(choice, tokens.length() - tokens.ids().length));
  }

  /** All of them, padding included. */
  long count() {
    return examples * shared + choices * choice;
  }
}
