package io.flexora.comparison.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.config.yaml.ConfigurationReader;
import org.junit.jupiter.api.Test;

class AddedPosteriorsTest {

  private final ConfigurationReader reader = new ConfigurationReader();

  @Test
  void whatOnlyTheNewConfigurationHasIsAddedAndEverythingElseCompared() {
    AddedPosteriors added =
        between(
            "{seed: 1, posteriors: {one: {use: a, n: 2}}}",
            "{seed: 1, posteriors: {two: b, one: {use: a, n: 2}}}");
    assertThat(added.names()).containsExactly("two");
    assertThat(added.difference()).isEmpty();

    AddedPosteriors first = between("{seed: 1, posteriors: {}}", "{seed: 1, posteriors: {one: a}}");
    assertThat(first.names()).containsExactly("one");
    assertThat(first.difference()).isEmpty();

    AddedPosteriors both =
        between("{seed: 1, posteriors: {one: a}}", "{seed: 2, posteriors: {one: a, two: b}}");
    assertThat(both.difference()).contains(new ConfigurationDifference("seed", "1", "2"));
  }

  @Test
  void whatHasChangedOrIsGoneIsADifference() {
    AddedPosteriors changed =
        between(
            "{posteriors: {one: {use: a, n: 2}}}", "{posteriors: {one: {use: a, n: 3}, two: b}}");
    assertThat(changed.names()).containsExactly("two");
    assertThat(changed.difference())
        .contains(new ConfigurationDifference("posteriors.one.n", "2", "3"));

    AddedPosteriors gone = between("{posteriors: {one: a}}", "{posteriors: {two: b}}");
    assertThat(gone.difference())
        .contains(new ConfigurationDifference("posteriors.one", "a", "nothing"));
  }

  private AddedPosteriors between(String before, String now) {
    return AddedPosteriors.between(reader.parse(before, "before"), reader.parse(now, "now"));
  }
}
