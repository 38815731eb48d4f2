package io.flexora.testkit;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.head.Head;
import io.flexora.testkit.fixture.model.NumberHead;
import java.util.List;

class NumberHeadSuiteTest extends HeadSuite {

  @Override
  protected Head head() {
    return NumberHead.of(examples());
  }

  @Override
  protected List<Example> examples() {
    return List.of(
        Example.measured("a", "one", new Target.Numeric(1)),
        Example.measured("b", "two", new Target.Numeric(2.5)),
        Example.measured("c", "three", new Target.Numeric(-3)));
  }
}
