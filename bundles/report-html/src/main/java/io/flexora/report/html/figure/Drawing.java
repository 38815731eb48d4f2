package io.flexora.report.html.figure;

import java.util.Map;

/** A drawing that the page's script makes in an element of the page. */
public interface Drawing {

  /** What the script needs: the element's id, and numbers and texts. */
  Map<String, Object> data();
}
