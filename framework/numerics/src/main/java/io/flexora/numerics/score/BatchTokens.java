package io.flexora.numerics.score;

import io.flexora.api.input.Tokens;

/** The tokens of a batch whose examples have their texts once, then each choice's own. */
record BatchTokens(long examples, long texts, long shared, long choices, long choice) {

  static final BatchTokens NONE = new BatchTokens(0, 0, 0, 0, 0);

  BatchTokens with(Tokens tokens) {
    return new BatchTokens(
        examples + 1,
        texts + tokens.texts().size(),
        tokens.texts().stream().mapToLong(t -> t.ids().length).reduce(shared, Math::max),
        choices + tokens.choices().size(),
        Math.max(choice, tokens.length() - tokens.ids().length));
  }

  /** All of them, padding included. */
  long count() {
    return texts * shared + choices * choice;
  }
}
