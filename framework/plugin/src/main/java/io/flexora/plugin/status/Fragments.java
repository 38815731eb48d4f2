package io.flexora.plugin.status;

import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/**
 * The distinction of fragments, which are attached to their host and never started, from bundles.
 */
public final class Fragments {

  /** The state of one that is attached to its host. */
  public static final int ATTACHED = Bundle.RESOLVED;

  private Fragments() {}

  public static boolean isFragment(Bundle bundle) {
    return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
  }
}
