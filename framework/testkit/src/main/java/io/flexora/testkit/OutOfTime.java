package io.flexora.testkit;

import io.flexora.api.selection.SelectionContext;
import io.flexora.testkit.fixture.ForwardingContext;

/** A context whose time was over before the search began. */
final class OutOfTime extends ForwardingContext {

  private int asked;

  OutOfTime(SelectionContext otherwise) {
    super(otherwise);
  }

  @Override
  public boolean timeIsUp() {
    asked++;
    return true;
  }

  /** How often the selector asked. */
  int asked() {
    return asked;
  }
}
