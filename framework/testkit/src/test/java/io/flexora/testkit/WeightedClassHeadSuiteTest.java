package io.flexora.testkit;

import io.flexora.api.head.Head;
import java.util.List;

class WeightedClassHeadSuiteTest extends ClassHeadSuiteTest {

  @Override
  protected Head head() {
    return Head.classes(super.head().classes(), List.of(0.5, 2.0, 1.25));
  }
}
