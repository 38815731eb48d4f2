package io.flexora.config.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.flexora.config.yaml.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damages valid configurations at random: each result is a configuration or a clear refusal. */
public class MutatedConfigurationsTest {

  private static final String VALID =
      """
      # An experiment.
      name: &n quickstart
      seed: 7
      selector:
        use: flexora
        solver: {use: unrolled, inner_steps: 2, learning_rate: 1e-4}
        steps: 20
      adapter: {use: lora, lora_rank: 4, target_modules: [query, "value"]}
      baselines: {all: all, some: &s {use: given, layers: [0, 3]}, more: *s}
      checkpoints: {keep: 2, every: 90s}
      shares: [0.8, 0.1, 0.1]
      columns:
      - name: *n
        width: 9
      quiet: false
      """;

  private static final List<String> PIECES =
      List.of(
          ":",
          ": ",
          "- ",
          "\n",
          "\n  ",
          "\t",
          "[",
          "]",
          "{",
          "}",
          ",",
          "\"",
          "'",
          "#",
          "&s ",
          "*s",
          "*n",
          "!!",
          "!!java.io.File ",
          "!",
          "|\n",
          ">-\n",
          "? ",
          "---\n",
          "...\n",
          "%YAML 1.1\n",
          "<<: ",
          "null",
          "~",
          "NaN",
          "1e999",
          "-1",
          "0",
          "99999999999999999999",
          "use: ",
          "\0",
          "\uFEFF",
          "\u2028",
          "\ud83d\ude00",
          "\\",
          "@",
          "`",
          "=");

  private static final int MUTANTS = Integer.getInteger("flexora.mutants", 4000);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @Test
  void eachMutantIsAConfigurationOrAClearRefusal() {
    long seed = Long.getLong("flexora.seed", 20260101L);
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      String mutant = mutant(new SplittableRandom(seed + i));
      refused += isRefused(mutant, "-Dflexora.mutants=1 -Dflexora.seed=" + (seed + i)) ? 1 : 0;
    }
    if (MUTANTS >= 1000) {
      assertThat(refused).as("both outcomes occur").isBetween(MUTANTS / 2, MUTANTS / 100 * 97);
    }
  }

  private static boolean isRefused(String mutant, String replay) {
    long start = System.nanoTime();
    try {
      Points.bind(mutant);
      return false;
    } catch (ConfigurationException e) {
      assertThat(e.problems()).isNotEmpty();
      assertThat(e.getMessage())
          .as(replay)
          .doesNotContain("Exception", "\u0000")
          .contains("test.yaml");
      return true;
    } catch (RuntimeException | StackOverflowError e) {
      return fail("%s breaks on%n%s".formatted(replay, mutant), e);
    } finally {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as(replay).isLessThan(LONGEST);
    }
  }

  /** A damaged configuration. */
  public static String mutant(SplittableRandom random) {
    StringBuilder text = new StringBuilder(VALID);
    int changes = 1 + random.nextInt(2);
    for (int i = 0; i < changes; i++) {
      change(text, random);
    }
    return text.toString();
  }

  private static void change(StringBuilder text, SplittableRandom random) {
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + 1 + random.nextInt(12));
    switch (random.nextInt(5)) {
      case 0 -> text.delete(from, to);
      case 1 -> text.insert(from, PIECES.get(random.nextInt(PIECES.size())));
      case 2 -> text.replace(from, to, PIECES.get(random.nextInt(PIECES.size())));
      case 3 -> text.insert(from, text.substring(from, to).repeat(1 + random.nextInt(3)));
      default -> swapLines(text, random);
    }
  }

  private static void swapLines(StringBuilder text, SplittableRandom random) {
    String[] lines = text.toString().split("\n", -1);
    int a = random.nextInt(lines.length);
    int b = random.nextInt(lines.length);
    String kept = lines[a];
    lines[a] = lines[b];
    lines[b] = kept;
    text.setLength(0);
    text.append(String.join("\n", Arrays.asList(lines)));
  }
}
