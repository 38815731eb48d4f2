package io.flexora.transformers.token;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The merges that a SentencePiece vocabulary implies: each way to put a token together from two
 * others, the tokens of the highest score first (as transformers' {@code generate_merges}).
 */
final class ScoredMerges {

  /**
   * Two tokens that make a third.
   *
   * @param left the first
   * @param right the second
   * @param rank the place of the third among all tokens by its score; lower goes first
   */
  record Merge(String left, String right, double rank) {}

  private static final Comparator<Merge> ORDER =
      Comparator.comparingDouble(Merge::rank)
          .thenComparing(Comparator.<Merge>comparingInt(m -> length(m.left())).reversed())
          .thenComparing(Comparator.<Merge>comparingInt(m -> length(m.right())).reversed());

  private ScoredMerges() {}

  /**
   * Derives the merges.
   *
   * @param ids the vocabulary
   * @param tokens its tokens by id
   * @param scores their scores; a higher one goes first
   */
  static List<Merge> of(Map<String, Integer> ids, List<String> tokens, double[] scores) {
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      merges.addAll(of(ids, tokens.get(id), -scores[id]));
    }
    merges.sort(ORDER);
    return merges;
  }

  private static List<Merge> of(Map<String, Integer> ids, String token, double rank) {
    List<Merge> merges = new ArrayList<>();
    for (int at = 1; at < token.length(); at++) {
      if (!Character.isLowSurrogate(token.charAt(at))) {
        String left = token.substring(0, at);
        String right = token.substring(at);
        if (ids.containsKey(left) && ids.containsKey(right)) {
          merges.add(new Merge(left, right, rank));
        }
      }
    }
    merges.sort(
        Comparator.<Merge>comparingInt(m -> ids.get(m.left()))
            .thenComparingInt(m -> ids.get(m.right())));
    return merges;
  }

  private static int length(String token) {
    return token.codePointCount(0, token.length());
  }
}
