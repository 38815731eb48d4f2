package io.flexora.numerics.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Environment variables that PyTorch's libraries read when they are loaded, as the launcher sets
 * them; for programs that embed the host. Values of the user stay. Threads that wait by spinning
 * make a computation many times slower where other threads want the processor.
 */
final class NativeSettings {

  private static final Logger LOG = LoggerFactory.getLogger(NativeSettings.class);
  private static final int KEEP = 0;

  private NativeSettings() {}

  /** Sets them, on Linux; before the libraries are loaded. */
  static void apply() {
    if (!Platform.isLinux()) {
      return;
    }
    try {
      Function set = NativeLibrary.getInstance("c").getFunction("setenv");
      if (System.getenv("OMP_WAIT_POLICY") == null) {
        set.invokeInt(new Object[] {"OMP_WAIT_POLICY", "passive", KEEP});
        set.invokeInt(new Object[] {"GOMP_SPINCOUNT", "10000", KEEP});
      }
      set.invokeInt(new Object[] {"ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128", KEEP});
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("this system's C library has no setenv; PyTorch's threads may wait by spinning", e);
    }
  }
}
