package io.flexora.report.html.figure;

import java.util.Map;

/** What the page's script draws into an element of the page. */
public interface Drawing {

  /** What the script needs: the element's id, and numbers and texts. */
  Map<String, Object> data();
}
