package io.flexora.objective.preference;

import io.flexora.testkit.MetricSuite;

class RewardsMetricSuiteTest extends MetricSuite {

  @Override
  protected String configuration() {
    return "rewards";
  }

  @Override
  protected int choices() {
    return 2;
  }
}
