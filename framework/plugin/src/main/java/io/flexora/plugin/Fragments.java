package io.flexora.plugin;

import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** Tells fragments, which are never started, from bundles. */
final class Fragments {

  private Fragments() {}

  static boolean isFragment(Bundle bundle) {
    return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
  }
}
