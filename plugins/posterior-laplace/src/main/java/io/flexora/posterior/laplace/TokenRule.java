package io.flexora.posterior.laplace;

/**
 * A rule by which the tokens of an example enter the two factors. Its gradient in a matrix is a sum
 * over tokens of outer products, whose curvature no pair of factors has exactly; for a single token
 * all rules are the same, and exact.
 */
enum TokenRule {

  /** Each token by itself: the mean of a aᵀ over all tokens, the sum of s sᵀ. */
  EXPAND(0),

  /** As expand, but a token's a aᵀ weighs as the square of its s, which makes the trace exact. */
  WEIGHTED(1),

  /** Each example by itself: the mean of its a over tokens, and the sum of its s. */
  REDUCE(2),

  /** As expand, with the tokens alone that the class outputs are read from. */
  LAST(3);

  private final int code;

  TokenRule(int code) {
    this.code = code;
  }

  /** How the script knows it. */
  int code() {
    return code;
  }
}
