package io.flexora.testkit;

import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import java.util.List;

class ClassHeadSuiteTest extends HeadSuite {

  private static final List<String> CLASSES = List.of("no", "maybe", "yes");

  @Override
  protected Head head() {
    return Head.classes(CLASSES);
  }

  @Override
  protected List<Example> examples() {
    return List.of(
        new Example("a", "one", CLASSES, 0),
        new Example("b", "two", CLASSES, 2),
        new Example("c", "three", CLASSES, 1));
  }
}
