package io.flexora.comparison.analysis;

/** What a comparison with the baseline says in the end. */
enum Verdict {
  BETTER("better"),
  WORSE("worse"),
  NOT_DISTINGUISHABLE("not distinguishable"),
  ONE_SEED_ONLY("one seed only");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
