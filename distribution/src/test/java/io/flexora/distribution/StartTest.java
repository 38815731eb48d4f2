package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

class StartTest {

  private static final boolean QUIET = Boolean.getBoolean("flexora.quiet");

  /** What is promised on a quiet machine, and what not even a busy one needs. */
  private static final double SECONDS = QUIET ? 1.5 : 15;

  private static final int ATTEMPTS = QUIET ? 3 : 1;

  @TempDir Path folder;

  @Test
  void pluginsAreListedInAMoment(TestReporter reporter) throws Exception {
    plugins();
    double best = Double.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS; i++) {
      best = Math.min(best, plugins());
    }
    reporter.publishEntry("seconds until `flexora plugins` has ended", String.valueOf(best));
    assertThat(best).as("seconds, the best of " + ATTEMPTS).isLessThan(SECONDS);
  }

  private double plugins() throws Exception {
    Shell.Outcome outcome = Shell.in(folder).run(Distribution.launcher(), "plugins");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("flexora", "encoder", "wordnet", "unrolled");
    return outcome.seconds();
  }
}
