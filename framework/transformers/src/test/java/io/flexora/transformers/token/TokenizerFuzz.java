package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A process that opens the tokenizers of {@link TokenizerMutants} one after the other and uses
 * them. It prints the number of each before it, and how it went behind it; who reads that sees
 * where the process ended or stood still.
 */
final class TokenizerFuzz {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          " ",
          "The quick brown fox, it's 1234567 years old; 大きな犬が\t走る。\r\n\n  Ünïcödé ﬁ ﷺ",
          "<s>x</s> [CLS] <|endoftext|><|im_start|>user\n",
          "\u0000\u0001\uFFFD\uD83D\uDE00\uD83D\uDE00 e\u0301\u0301\u0301",
          " ".repeat(3_000) + "x" + "\n".repeat(300),
          "a".repeat(5_000),
          "aX1 ".repeat(1_000),
          "12345678901234567890".repeat(100));

  private TokenizerFuzz() {}

  /**
   * Runs.
   *
   * @param arguments the first number, the number behind the last, and the files that mutants are
   *     made of
   */
  public static void main(String... arguments) throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      originals.add(Files.readAllBytes(Path.of(arguments[i])));
    }
    for (long number = Long.parseLong(arguments[0]);
        number < Long.parseLong(arguments[1]);
        number++) {
      byte[] file = TokenizerMutants.mutant(originals, number);
      System.out.println(number);
      System.out.println(outcome(file));
    }
  }

  private static String outcome(byte[] file) {
    try {
      if (!(CheckpointJson.JSON.readTree(file) instanceof ObjectNode root)) {
        return "refused";
      }
      use(new TokenizerJson("mutant", root));
      return "accepted";
    } catch (IOException | FlexoraException e) {
      return "refused";
    } catch (RuntimeException e) {
      return "failed " + e.toString().lines().findFirst().orElse("");
    }
  }

  private static void use(TokenizerJson json) {
    try (NativeTokenizer tokenizer = NativeTokenizer.open(json)) {
      tokenizer.ownPrefix();
      Set<Integer> seen = new TreeSet<>();
      for (String text : TEXTS) {
        int[] ids = tokenizer.ids(text);
        tokenizer.encode(text);
        tokenizer.withSpecialTokens(text);
        tokenizer.text(ids);
        tokenizer.goingOn(ids);
        for (int id : ids) {
          seen.add(id);
        }
      }
      seen.stream().limit(20).forEach(tokenizer::token);
      tokenizer.token(0);
      tokenizer.token(Integer.MAX_VALUE);
    }
  }
}
