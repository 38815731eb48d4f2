package io.flexora.jinja.value;

import java.util.ArrayList;
import java.util.List;

/** A Python generator: it is true, and its elements can be taken once. */
public final class OneShot {
  private List<Object> items;

  public OneShot(List<Object> items) {
    this.items = items;
  }

  List<Object> take() {
    List<Object> taken = items;
    items = new ArrayList<>();
    return taken;
  }
}
