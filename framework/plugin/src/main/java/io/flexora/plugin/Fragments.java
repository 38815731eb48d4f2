package io.flexora.plugin;

import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** Tells fragments, which are attached to their host and never started, from bundles. */
final class Fragments {

  /** The state of one that is attached to its host. */
  static final int ATTACHED = Bundle.RESOLVED;

  private Fragments() {}

  static boolean isFragment(Bundle bundle) {
    return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
  }
}
