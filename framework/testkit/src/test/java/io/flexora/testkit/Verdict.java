package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * What a suite said of an extension.
 *
 * @param failures the messages of the checks that failed, by the check's name
 * @param passed how many checks it passed
 */
record Verdict(Map<String, String> failures, long passed) {

  static Verdict on(Class<?> suite) {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(suite)).execute();
    assertThat(results.containerEvents().failed().count()).as("broken suites").isZero();
    Map<String, String> failures = new TreeMap<>();
    for (Event event : results.testEvents().failed().list()) {
      failures.put(
          event.getTestDescriptor().getDisplayName().replaceFirst("\\(.*", ""), message(event));
    }
    return new Verdict(failures, results.testEvents().succeeded().count());
  }

  private static String message(Event event) {
    return event
        .getPayload(org.junit.platform.engine.TestExecutionResult.class)
        .flatMap(org.junit.platform.engine.TestExecutionResult::getThrowable)
        .map(String::valueOf)
        .orElse("");
  }

  /** Requires that these checks failed and no others. */
  Verdict failsOnly(String... checks) {
    assertThat(failures.keySet())
        .as("failed checks: %s", failures)
        .containsExactlyInAnyOrderElementsOf(List.of(checks));
    assertThat(passed).as("checks passed").isPositive();
    return this;
  }

  /** Requires that a failed check's message says that. */
  Verdict saying(String text) {
    assertThat(failures.values()).as("messages").anyMatch(message -> message.contains(text));
    return this;
  }
}
